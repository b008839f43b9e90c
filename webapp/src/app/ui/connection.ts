import { DestroyRef, inject, Injectable, signal } from '@angular/core';

/** Whether the device believes that it has a network. */
@Injectable({ providedIn: 'root' })
export class Connection {
  readonly #online = signal(navigator.onLine);

  readonly online = this.#online.asReadonly();

  constructor() {
    const look = () => this.#online.set(navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    inject(DestroyRef).onDestroy(() => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    });
  }
}
