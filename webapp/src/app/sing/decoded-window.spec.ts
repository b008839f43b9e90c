import { DecodedWindow } from './decoded-window';
import { Layout, PACKET_SAMPLES, SAMPLE_RATE } from './layout';
import type { Parts } from './parts';

const SECONDS = 240;
const FULL = { first: 86, rest: 215 };
const COUNT = 1 + Math.ceil((Math.ceil((SECONDS * SAMPLE_RATE) / 1024) + 1 - 86) / 215);
const layout = new Layout({
  init_bytes: 0,
  offsets: Array.from({ length: COUNT + 1 }, (_, index) => index),
  packets: FULL,
  priming_samples: 1024,
  total_samples: SECONDS * SAMPLE_RATE,
});
const packetsIn = (index: number) => (index === 0 ? 86 : 215);
const never = new AbortController().signal;

const words = (...numbers: number[]) =>
  numbers.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
const box = (name: string, content: number[]): number[] => [
  ...words(content.length + 8),
  ...[...name].map((letter) => letter.charCodeAt(0)),
  ...content,
];

/** A segment whose packets hold one byte each. */
function segment(index: number): Uint8Array<ArrayBuffer> {
  const count = packetsIn(index);
  const sizes = Array.from({ length: count }, () => 1);
  const bytes = 8 + 8 + 8 + 12 + 4 * count;
  const moof = box('moof', box('traf', box('trun', [...words(0x201, count, bytes + 8), ...words(...sizes)])));
  return Uint8Array.from([...moof, ...box('mdat', sizes)]);
}

/** Decodes each packet to its 1,024 samples, and remembers how many packets came. */
class Decoder {
  readonly packets: number[] = [];
  decodeAudioData = async (stream: ArrayBuffer) => {
    const packets = stream.byteLength / 8;
    this.packets.push(packets);
    const samples = new Float32Array(packets * PACKET_SAMPLES);
    return { getChannelData: () => samples } as unknown as AudioBuffer;
  };
}

/** Keeps buffers as the stretch node does. */
class Node {
  held: number[] = [];
  addBuffers = vi.fn(async (channels: readonly Float32Array[]) => {
    this.held.push(channels[0]?.length ?? 0);
    return this.samples / SAMPLE_RATE;
  });
  start = 0;
  dropBuffers = vi.fn(async (toSeconds?: number) => {
    if (toSeconds === undefined) {
      this.held = [];
      this.start = 0;
    } else {
      while (this.held[0] && (this.start + this.held[0]) / SAMPLE_RATE <= toSeconds)
        this.start += this.held.shift() ?? 0;
    }
    return { start: this.start / SAMPLE_RATE, end: 0 };
  });
  get samples(): number {
    return this.held.reduce((sum, samples) => sum + samples, 0);
  }
}

describe('The window of decoded sound', () => {
  let node: Node;
  let decoder: Decoder;
  let position: number;
  let bytes: ReturnType<typeof vi.fn>;
  let sound: DecodedWindow;

  beforeEach(() => {
    node = new Node();
    decoder = new Decoder();
    position = 0;
    bytes = vi.fn(async ([index]: readonly [number, number]) => segment(index));
    sound = new DecodedWindow(layout, { bytes } as unknown as Parts, node, () => position, decoder);
  });

  const put = (index: number) => sound.put(index, segment(index), never);

  it('leaves the encoder’s priming out, and joins segments by the packets before', async () => {
    await put(0);
    await put(1);
    expect(node.held).toEqual([85 * 1024, 215 * 1024]);
    expect(decoder.packets).toEqual([86, 218]);
    expect(bytes).not.toHaveBeenCalled();
    expect(sound.reach).toBe(layout.span(1)[1]);
  });

  it('holds no more than a minute, however long the song goes on', async () => {
    let most = 0;
    for (let index = 0; index < layout.count; index++) {
      position = Math.max(0, layout.span(index)[0] - sound.ahead);
      await put(index);
      most = Math.max(most, node.samples / SAMPLE_RATE);
    }
    expect(most).toBeLessThanOrEqual(60);
    expect(node.start / SAMPLE_RATE).toBeGreaterThan(150);
    expect(sound.has(0)).toBe(false);
  });

  it('begins anew after a jump, with the end of the segment before it', async () => {
    await put(0);
    await sound.moveTo(120);
    const index = layout.at(120);
    await put(index);
    expect(bytes).toHaveBeenCalledWith(layout.range(index - 1), never);
    expect(node.held).toEqual([215 * 1024]);
    expect(decoder.packets.at(-1)).toBe(218);
    expect(sound.origin).toBe(layout.span(index)[0]);
  });

  it('stays where it is for a jump within it', async () => {
    await put(0);
    await put(1);
    await sound.moveTo(3);
    expect(node.dropBuffers).not.toHaveBeenCalled();
    expect(sound.origin).toBe(0);
  });
});
