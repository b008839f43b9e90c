import { inject, Injectable } from '@angular/core';

import { Session } from '@app/session/session';
import type { Song } from '@app/songs/songs.state';

import { Answers } from './answers';
import { KeptSongs } from './kept-songs';

/** The songs whose pages somebody was on, and those that are kept here: their pages open without a network. */
@Injectable({ providedIn: 'root' })
export class SeenSongs {
  readonly #answers = inject(Answers);
  readonly #kept = inject(KeptSongs);
  readonly #session = inject(Session);

  keep(song: Song): Promise<void> {
    return this.#answers.keep(this.#session.personId(), `song/${song.id}`, song);
  }

  async find(id: string): Promise<Song | undefined> {
    return this.#kept.find(id)?.song ?? this.#answers.find<Song>(this.#session.personId(), `song/${id}`);
  }
}
