import { Parts } from './parts';

const FILE = Uint8Array.from({ length: 100 }, (_, index) => index);
const never = new AbortController().signal;

const partial = (range: string) => {
  const [from, to] = (/bytes=(\d+)-(\d+)/.exec(range) ?? []).slice(1).map(Number) as [number, number];
  return new Response(FILE.slice(from, to + 1), { status: 206 });
};

describe('Parts', () => {
  const asked: string[] = [];
  const answer = (respond: (url: string, range: string, nth: number) => Response) => {
    asked.length = 0;
    vi.stubGlobal('fetch', async (url: string, { headers }: { headers: { Range: string } }) => {
      asked.push(url);
      return respond(url, headers.Range, asked.length);
    });
  };
  const renew = vi.fn(async () => '/fresh');
  const parts = () => new Parts('/file', renew);

  beforeEach(() => renew.mockClear());
  afterEach(() => vi.unstubAllGlobals());

  it('brings the bytes that were asked for', async () => {
    answer((_, range) => partial(range));
    expect([...(await parts().bytes([10, 13], never))]).toEqual([10, 11, 12]);
  });

  it('cuts them out of the whole file where that is what comes', async () => {
    answer(() => new Response(FILE, { status: 200 }));
    expect([...(await parts().bytes([10, 13], never))]).toEqual([10, 11, 12]);
  });

  it('asks for a fresh link when the old one has ended, and goes on with that', async () => {
    answer((url, range) => (url === '/fresh' ? partial(range) : new Response(null, { status: 403 })));
    const file = parts();
    await file.bytes([0, 4], never);
    await file.bytes([4, 8], never);
    expect(asked).toEqual(['/file', '/fresh', '/fresh']);
    expect(renew).toHaveBeenCalledTimes(1);
  });

  it('says that the song is gone where a fresh link leads nowhere either', async () => {
    answer(() => new Response(null, { status: 404 }));
    await expect(parts().bytes([0, 4], never)).rejects.toMatchObject({ status: 404 });
    expect(asked).toHaveLength(2);
  });

  it('tries again what may pass, and only so often', async () => {
    vi.useFakeTimers();
    answer(() => new Response(null, { status: 503 }));
    const outcome = expect(parts().bytes([0, 4], never)).rejects.toMatchObject({ status: 503 });
    await vi.runAllTimersAsync();
    await outcome;
    expect(asked).toHaveLength(4);
    vi.useRealTimers();
  });

  it('takes a short answer for a broken one', async () => {
    answer((_, range, nth) => (nth === 1 ? new Response(FILE.slice(0, 2), { status: 206 }) : partial(range)));
    expect(await parts().bytes([0, 4], never)).toHaveLength(4);
  });

  it('stops when nobody waits any more', async () => {
    const stop = new AbortController();
    answer(() => {
      stop.abort();
      return new Response(null, { status: 503 });
    });
    await expect(parts().bytes([0, 4], stop.signal)).rejects.toThrow();
    expect(asked).toHaveLength(1);
  });
});
