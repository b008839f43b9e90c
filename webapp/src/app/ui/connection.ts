import { DestroyRef, inject, Injectable, signal } from '@angular/core';

/** Whether the device believes that it has a network, and whether the studio is at its other end. */
@Injectable({ providedIn: 'root' })
export class Connection {
  readonly #online = signal(navigator.onLine);
  readonly #hasStudio = signal(true);

  readonly online = this.#online.asReadonly();
  /** False once the socket to it was lost, could not be opened again, and nothing else is answered either. */
  readonly hasStudio = this.#hasStudio.asReadonly();

  constructor() {
    const look = () => this.#online.set(navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    inject(DestroyRef).onDestroy(() => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    });
  }

  /** Told by whoever holds the socket. */
  found(hasStudio: boolean): void {
    this.#hasStudio.set(hasStudio);
  }
}
