import { effect, inject, Injectable, untracked } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { Api, type Schemas } from '@app/api/api';
import { Notices } from '@app/shell/notices';
import { isLanguage, type Language } from '@app/words/languages';
import { Words } from '@app/words/words';

import { Session, type User } from './session';

type Preferences = Schemas['PreferenceChanges'];

/** What a person has chosen for all places: kept with the account, shown at once, taken back where that fails. */
@Injectable({ providedIn: 'root' })
export class Profile {
  readonly #api = inject(Api);
  readonly #session = inject(Session);
  readonly #words = inject(Words);
  readonly #notices = inject(Notices);
  #sending: Promise<void> = Promise.resolve();

  constructor() {
    effect(() => {
      const { id, preferences } = this.#session.user() ?? {};
      const spoken = preferences?.['language'];
      if (id && isLanguage(spoken)) untracked(() => this.#follow(spoken));
    });
  }

  /** Null takes a choice back to the default. Never rejects. */
  async prefer(changes: Preferences): Promise<void> {
    const before = this.#session.user();
    if (!before) return;
    this.#session.update({ ...before, preferences: changed(before, changes) });
    this.#sending = this.#sending.then(() => this.#send(before, changes)); // in the order of the taps
    await this.#sending;
  }

  async #send(before: User, changes: Preferences): Promise<void> {
    try {
      await firstValueFrom(this.#api.patch('/api/v1/users/me', { body: { preferences: changes } }));
    } catch {
      const now = this.#session.user();
      if (now?.id === before.id)
        this.#session.update({ ...now, preferences: restored(now, before, changes) });
      void this.#notices.say(this.#words.t('trouble.unavailable-hint'));
    }
  }

  /** The account's language is the chats' too; where its words can't be fetched the present one stays. */
  #follow(language: Language): void {
    if (language !== this.#words.language()) this.#words.choose(language).catch(() => undefined);
  }
}

function changed(user: User, changes: Preferences): User['preferences'] {
  const merged = Object.entries({ ...user.preferences, ...changes });
  return Object.fromEntries(merged.filter(([, value]) => value !== null && value !== undefined));
}

function restored(now: User, before: User, changes: Preferences): User['preferences'] {
  const old = Object.fromEntries(
    Object.keys(changes).map((name) => [name, before.preferences[name] ?? null]),
  );
  return changed(now, old as Preferences);
}
