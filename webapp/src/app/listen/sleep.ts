import { DestroyRef, inject, Injectable, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';

import { Engine } from './engine';
import { Player } from './player';

export const SLEEPS = [15, 30, 60] as const;
export type SleepAfter = (typeof SLEEPS)[number] | 'song' | null;

/** Ends the music after some minutes, or with the song that is on. */
@Injectable({ providedIn: 'root' })
export class Sleep {
  readonly #player = inject(Player);
  readonly #after = signal<SleepAfter>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly after = this.#after.asReadonly();

  constructor() {
    inject(Engine)
      .ended.pipe(takeUntilDestroyed())
      .subscribe(() => {
        if (this.#after() === 'song') this.#fallAsleep();
      });
    inject(DestroyRef).onDestroy(() => clearTimeout(this.#timer));
  }

  set(after: SleepAfter): void {
    clearTimeout(this.#timer);
    this.#after.set(after);
    if (typeof after === 'number') this.#timer = setTimeout(() => this.#fallAsleep(), after * 60_000);
  }

  #fallAsleep(): void {
    this.#player.pause();
    this.#after.set(null);
  }
}
