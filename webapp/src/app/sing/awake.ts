import { DestroyRef, effect, inject, Injectable } from '@angular/core';

import { Singer } from './singer';

/** Keeps the screen on while somebody sings (Screen Wake Lock), where the device lets a page do that. */
@Injectable()
export class Awake {
  readonly #singer = inject(Singer);
  #lock: WakeLockSentinel | null = null;
  #isAsking = false;

  constructor() {
    if (!('wakeLock' in navigator)) return;
    effect(() => {
      if (this.#singer.isPlaying()) void this.#hold();
      else this.#letGo();
    });
    const look = () => void this.#hold(); // it is lost whenever the page is out of sight
    document.addEventListener('visibilitychange', look);
    inject(DestroyRef).onDestroy(() => {
      document.removeEventListener('visibilitychange', look);
      this.#letGo();
    });
  }

  async #hold(): Promise<void> {
    const isHeld = this.#lock !== null && !this.#lock.released;
    if (isHeld || this.#isAsking || !this.#singer.isPlaying() || document.visibilityState !== 'visible')
      return;
    this.#isAsking = true;
    try {
      this.#lock = await navigator.wakeLock.request('screen');
      if (!this.#singer.isPlaying()) this.#letGo();
    } catch {
      // A low battery may forbid it: then the screen darkens, and the song goes on.
    } finally {
      this.#isAsking = false;
    }
  }

  #letGo(): void {
    void this.#lock?.release();
    this.#lock = null;
  }
}
