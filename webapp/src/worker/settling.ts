/** What Angular's page says to a worker that has just taken charge of it. */
const BEGIN = 'INITIALIZE';

/** As much of a worker's scope as is asked of it; among the page's types, where this is tested, there is none. */
interface Scope {
  readonly registration: { readonly active: object | null };
  addEventListener(type: 'install' | 'message', hear: (event: Event) => void): void;
}

interface Message extends Event {
  readonly data: unknown;
  waitUntil(work: Promise<unknown>): void;
}

/**
 * Whether the worker, installed for the first time, has not yet fetched what the player is made of. Angular's worker
 * answers nobody before that, so the very page that brought it would wait longest for its songs; until then it asks
 * the network, as it did before there was a worker.
 */
export class Settling {
  #isOn = false;

  constructor(scope: Scope) {
    scope.addEventListener('install', () => (this.#isOn = scope.registration.active === null));
    scope.addEventListener('message', (event) => {
      const message = event as Message;
      if ((message.data as { action?: unknown } | null)?.action === BEGIN) this.#followThrough(message);
    });
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** It is over with the last of what Angular's worker does upon this message. */
  #followThrough(message: Message): void {
    const waitUntil = message.waitUntil.bind(message);
    message.waitUntil = (work) => {
      waitUntil(work);
      void Promise.resolve(work)
        .catch(() => undefined)
        .then(() => (this.#isOn = false));
    };
  }
}
