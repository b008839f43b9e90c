import type { Waiting } from './errands';
import { runAlone, type Store } from './running';

const errand = (number: number, changes: Partial<Waiting> = {}): Waiting => ({
  number,
  person: 'asha',
  about: '',
  method: 'PUT',
  path: `/api/v1/library/${String(number)}`,
  body: { saved: true },
  since: Date.now(),
  tries: 0,
  ...changes,
});

describe('errands', () => {
  let waiting: Waiting[];
  let asked: string[];
  const store: Store = {
    waitingOf: (person) => Promise.resolve(waiting.filter((one) => one.person === person)),
    remove: ({ number }) => {
      waiting = waiting.filter((one) => one.number !== number);
      return Promise.resolve();
    },
    noteTry: ({ number }) => {
      waiting = waiting.map((one) => (one.number === number ? { ...one, tries: one.tries + 1 } : one));
      return Promise.resolve();
    },
  };
  const tokens = (isOld: boolean) => Promise.resolve(isOld ? 'fresh' : 'first');
  /** The studio answers so, one after the other; a 0 is no answer. */
  const answering = (...statuses: number[]) =>
    vi.spyOn(globalThis, 'fetch').mockImplementation((address, options) => {
      const { Authorization } = options?.headers as Record<string, string>;
      asked.push(`${options?.method ?? ''} ${String(address)} ${Authorization ?? ''}`);
      const status = statuses.shift() ?? 204;
      return status ? Promise.resolve(new Response(null, { status })) : Promise.reject(new TypeError());
    });
  const numbers = () => waiting.map(({ number }) => number);

  beforeEach(() => {
    asked = [];
    waiting = [errand(1), errand(2), errand(3)];
  });
  afterEach(() => vi.restoreAllMocks());

  it('are sent in their order, each once, and nobody else’s are', async () => {
    waiting.push(errand(4, { person: 'bina' }));
    answering(200, 201, 204);
    const { sent, isDone } = await runAlone(store, 'asha', tokens);
    expect(sent.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(asked).toEqual([1, 2, 3].map((number) => `PUT /api/v1/library/${String(number)} Bearer first`));
    expect([isDone, numbers()]).toEqual([true, [4]]);
    await runAlone(store, 'asha', tokens);
    expect(asked).toHaveLength(3);
  });

  it('wait where the studio is not reached, and those behind them too', async () => {
    answering(200, 0);
    const { isDone } = await runAlone(store, 'asha', tokens);
    expect([isDone, numbers(), waiting[0]?.tries]).toEqual([false, [2, 3], 0]);
  });

  it('are tried again where the studio is busy, but not for ever', async () => {
    waiting = [errand(1, { tries: 10 }), errand(2)];
    answering(503, 503, 200);
    expect((await runAlone(store, 'asha', tokens)).isDone).toBe(false);
    expect(waiting[0]?.tries).toBe(11);
    const { refused, isDone } = await runAlone(store, 'asha', tokens);
    expect([isDone, refused.length, numbers()]).toEqual([true, 1, []]);
  });

  it('hold up nobody where the studio says no', async () => {
    answering(404, 409, 200);
    const { sent, refused } = await runAlone(store, 'asha', tokens);
    expect([sent.length, refused.length, numbers()]).toEqual([1, 2, []]);
  });

  it('take for done that what shall be gone is gone', async () => {
    waiting = [errand(1, { method: 'DELETE' })];
    answering(404);
    expect((await runAlone(store, 'asha', tokens)).refused).toEqual([]);
  });

  it('show a fresh token where the last was too old, and wait where nobody is signed in', async () => {
    waiting = [errand(1)];
    answering(401, 200);
    expect((await runAlone(store, 'asha', tokens)).isDone).toBe(true);
    expect(asked.map((one) => one.split(' ').at(-1))).toEqual(['first', 'fresh']);

    waiting = [errand(1)];
    const { isDone } = await runAlone(store, 'asha', () => Promise.resolve(null));
    expect([isDone, numbers()]).toEqual([false, [1]]);
  });
});
