/// <reference lib="webworker" />

/** What Angular's page says to a worker that has just taken charge of it. */
const BEGIN = 'INITIALIZE';

/**
 * Whether the worker, installed for the first time, has not yet fetched what the player is made of. Angular's worker
 * answers nobody before that, so the very page that brought it would wait longest for its songs; until then it asks
 * the network, as it did before there was a worker.
 */
export class Settling {
  #isOn = false;

  constructor(scope: ServiceWorkerGlobalScope) {
    scope.addEventListener('install', () => (this.#isOn = scope.registration.active === null));
    scope.addEventListener('message', (event) => {
      if ((event.data as { action?: unknown } | null)?.action === BEGIN) this.#followThrough(event);
    });
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** It is over with the last of what Angular's worker does upon this message. */
  #followThrough(event: ExtendableMessageEvent): void {
    const waitUntil = event.waitUntil.bind(event);
    event.waitUntil = (work) => {
      waitUntil(work);
      void Promise.resolve(work)
        .catch(() => undefined)
        .then(() => (this.#isOn = false));
    };
  }
}
