import { effect, inject, Injectable } from '@angular/core';
import { Store } from '@ngrx/store';

import { Session } from '@app/session/session';

import { libraryActions } from './library.state';

/** Learns once for each person which songs they have saved, when the first button wants to know. */
@Injectable({ providedIn: 'root' })
export class SavedSongs {
  readonly #store = inject(Store);
  readonly #session = inject(Session);
  #learnt: string | null = null;

  constructor() {
    effect(() => {
      if (this.#session.isKnown() && this.#session.user() === null)
        this.#store.dispatch(libraryActions.left());
    });
  }

  learn(): void {
    const person = this.#session.user()?.id ?? null;
    if (person === this.#learnt) return;
    this.#learnt = person;
    if (person !== null) this.#store.dispatch(libraryActions.savedSongsWanted());
  }
}
