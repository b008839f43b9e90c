import { Injectable, signal } from '@angular/core';

import { kept } from './kept';

/** Whether there is anything to play, known before the player itself is fetched. */
@Injectable({ providedIn: 'root' })
export class OnStage {
  readonly #isSet = signal(kept.read().queue.tracks.length > 0);

  readonly isSet = this.#isSet.asReadonly();

  set(): void {
    this.#isSet.set(true);
  }
}
