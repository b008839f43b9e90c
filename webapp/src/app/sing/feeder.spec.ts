import { Feeder, type Sink } from './feeder';
import { Layout, SAMPLE_RATE } from './layout';
import type { Parts } from './parts';

const COUNT = 40;
const layout = new Layout({
  init_bytes: 10,
  offsets: Array.from({ length: COUNT + 1 }, (_, index) => 10 + index * 100),
  packets: { first: 86, rest: 215 },
  priming_samples: 1024,
  total_samples: 190 * SAMPLE_RATE,
});

const turns = () => new Promise((resolve) => setTimeout(resolve));

class Memory implements Sink {
  readonly ahead = 20;
  readonly segments: number[] = [];
  second = 0;
  isEnded = false;
  now = () => this.second;
  has = (index: number) => this.segments.includes(index);
  put = async (index: number) => void this.segments.push(index);
  end = () => (this.isEnded = true);
}

describe('Feeder', () => {
  let sink: Memory;
  let bytes: ReturnType<typeof vi.fn>;
  const failed = vi.fn();
  const feeder = () => new Feeder(layout, { bytes } as unknown as Parts, sink, failed);

  beforeEach(() => {
    sink = new Memory();
    failed.mockClear();
    bytes = vi.fn(async () => new Uint8Array(1));
  });

  it('stays a bounded time ahead, and goes on as the song does', async () => {
    const feed = feeder();
    feed.start(0);
    await turns();
    expect(sink.segments).toEqual([0, 1, 2, 3, 4]);
    sink.second = 10;
    feed.look();
    await turns();
    expect(sink.segments.at(-1)).toBe(6);
    feed.stop();
    await feed.settled();
  });

  it('begins where one jumps to, and brings nothing twice', async () => {
    const feed = feeder();
    feed.start(0);
    await turns();
    sink.second = 100;
    feed.start(100);
    await turns();
    expect(sink.segments[5]).toBe(layout.at(100));
    sink.second = 3;
    feed.start(3);
    await turns();
    expect(new Set(sink.segments).size).toBe(sink.segments.length);
    feed.stop();
    await feed.settled();
  });

  it('says when the last one is in', async () => {
    const feed = feeder();
    sink.second = 189;
    feed.start(189);
    await feed.settled();
    expect(sink.isEnded).toBe(true);
  });

  it('puts nothing in that was on its way for another place', async () => {
    let deliver: (bytes: Uint8Array) => void = () => undefined;
    bytes.mockImplementationOnce(
      (_: unknown, signal: AbortSignal) =>
        new Promise((resolve, reject) => {
          deliver = resolve;
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    );
    const feed = feeder();
    feed.start(0);
    await turns();
    sink.second = 150;
    feed.start(150);
    deliver(new Uint8Array(1));
    await turns();
    expect(sink.segments[0]).toBe(layout.at(150));
    expect(failed).not.toHaveBeenCalled();
    feed.stop();
    await feed.settled();
  });

  it('tells what it could not bring, and goes on when started again', async () => {
    bytes.mockRejectedValueOnce({ code: 'offline', status: 0 });
    const feed = feeder();
    feed.start(0);
    await feed.settled();
    expect(failed).toHaveBeenCalledWith({ code: 'offline', status: 0 });
    feed.start(0);
    await turns();
    expect(sink.segments).toContain(0);
    feed.stop();
    await feed.settled();
  });
});
