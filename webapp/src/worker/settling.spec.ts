import { Settling } from './settling';

/** A worker's scope, as far as it is asked. */
class Scope extends EventTarget {
  registration: { active: object | null } = { active: null };
}

/** A message whose `waitUntil` is the browser's. */
class Message extends Event {
  readonly waitedFor = vi.fn<(work: Promise<unknown>) => void>();
  waitUntil(work: Promise<unknown>): void {
    this.waitedFor(work);
  }

  constructor(readonly data: unknown) {
    super('message');
  }
}

describe('Settling', () => {
  let scope: Scope;
  let settling: Settling;

  beforeEach(() => {
    scope = new Scope();
    settling = new Settling(scope);
  });

  const install = () => scope.dispatchEvent(new Event('install'));
  /** Angular's worker hears the message after ours, and works upon it. */
  const begin = (work: Promise<unknown>, data: unknown = { action: 'INITIALIZE' }) => {
    const message = new Message(data);
    scope.addEventListener('message', (event) => (event as Message).waitUntil(work), {
      once: true,
    });
    scope.dispatchEvent(message);
    return message;
  };

  it('lasts from the first installation until Angular has all that the player is made of', async () => {
    expect(settling.isOn).toBe(false);
    install();
    expect(settling.isOn).toBe(true);

    let done = (): void => undefined;
    const work = new Promise<void>((resolve) => (done = resolve));
    const message = begin(work);
    expect(message.waitedFor).toHaveBeenCalledExactlyOnceWith(work); // the browser waits for it as before
    await Promise.resolve();
    expect(settling.isOn).toBe(true);
    done();
    await vi.waitFor(() => expect(settling.isOn).toBe(false));
  });

  it('is over also where that has failed', async () => {
    install();
    begin(Promise.reject(new Error('no network')));
    await vi.waitFor(() => expect(settling.isOn).toBe(false));
  });

  it('is none where a worker was at work before', () => {
    scope.registration = { active: {} };
    install();
    expect(settling.isOn).toBe(false);
  });

  it.each([null, 'INITIALIZE', { action: 'CHECK_FOR_UPDATES' }])(
    'is not ended by another message: %o',
    async (data) => {
      install();
      const work = Promise.resolve();
      begin(work, data);
      await work;
      await new Promise((resolve) => setTimeout(resolve));
      expect(settling.isOn).toBe(true);
    },
  );
});
