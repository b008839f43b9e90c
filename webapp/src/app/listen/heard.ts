import { inject, Injectable } from '@angular/core';
import { catchError, EMPTY } from 'rxjs';

import { Api } from '@app/api/api';
import { playing } from '@app/outbox/deeds';
import { Outbox } from '@app/outbox/outbox';

const ENOUGH_SECONDS = 30;
const LARGEST_STEP = 2;

/** Counts a play once a listen: when half a minute was really heard, or half of a song that is shorter than that. */
@Injectable({ providedIn: 'root' })
export class Heard {
  readonly #api = inject(Api);
  readonly #outbox = inject(Outbox);
  #songId: string | null = null;
  #heard = 0;
  #last = 0;

  /** A listen begins: of another song, or of the same one again. */
  begin(songId: string): void {
    this.#songId = songId;
    this.#heard = 0;
    this.#last = 0;
  }

  /** The song has come to this second; what was jumped over was not heard. */
  reached(position: number, duration: number): void {
    const step = position - this.#last;
    this.#last = position;
    if (this.#songId === null || duration <= 0 || step <= 0 || step > LARGEST_STEP) return;
    this.#heard += step;
    if (this.#heard < Math.min(ENOUGH_SECONDS, duration / 2)) return;
    this.#tell(this.#songId);
    this.#songId = null;
  }

  /** Told again after a lost answer it still counts once: the play has a name. */
  #tell(songId: string): void {
    const body = { play_id: crypto.randomUUID(), played_at: new Date().toISOString() };
    const now = this.#api.post('/api/v1/library/{song_id}/plays', { path: { song_id: songId }, body });
    this.#outbox
      .attempt(playing(songId, body), now)
      .pipe(catchError(() => EMPTY)) // nobody waits for it, and the music plays on
      .subscribe();
  }
}
