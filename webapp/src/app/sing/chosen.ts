import { effect, inject, Injectable, untracked } from '@angular/core';

import { Session } from '@app/session/session';
import { stored } from '@app/ui/stored';

/** How somebody sings a song. */
export interface Chosen {
  /** Per cent of the voice that guides. */
  readonly voice: number;
  /** Semitones. */
  readonly key: number;
  /** 1 is as it was sung. */
  readonly tempo: number;
}

export const BOUNDS = {
  voice: { from: 0, to: 100, step: 1 },
  key: { from: -6, to: 6, step: 1 },
  tempo: { from: 0.7, to: 1.3, step: 0.05 },
} as const satisfies Record<keyof Chosen, { from: number; to: number; step: number }>;

interface Kept {
  /** Whose: what one person chose is nothing to the next. */
  readonly person: string;
  /** By song, the latest last. */
  readonly songs: Readonly<Record<string, Chosen>>;
}

const MOST_SONGS = 200;
const NOTHING: Kept = { person: '', songs: {} };
const FIRST: Chosen = { voice: 20, key: 0, tempo: 1 };

/** What each song was sung like, on this device and for one person; whoever signs out leaves nothing of it. */
@Injectable({ providedIn: 'root' })
export class ChosenBefore {
  readonly #session = inject(Session);
  readonly #kept = stored<Kept>('melody.singing', NOTHING, isKept);

  constructor() {
    effect(() => {
      const [person, isKnown] = [this.#session.personId(), this.#session.isKnown()];
      untracked(() => {
        const { person: owner } = this.#kept.read();
        if (isKnown && owner && owner !== person) this.#kept.write(NOTHING);
      });
    });
  }

  /** As it was sung last; for a first time as the account says that songs shall be made. */
  of(songId: string): Chosen {
    const { person, songs } = this.#kept.read();
    const before = person === this.#session.personId() ? songs[songId] : undefined;
    return bounded({ ...FIRST, ...(before ?? this.#usual()) });
  }

  keep(songId: string, chosen: Chosen): void {
    const person = this.#session.personId();
    if (person === null) return;
    const { person: owner, songs } = this.#kept.read();
    const others = owner === person ? Object.entries(songs).filter(([id]) => id !== songId) : [];
    const latest = [...others, [songId, chosen] as const].slice(-MOST_SONGS);
    this.#kept.write({ person, songs: Object.fromEntries(latest) });
  }

  #usual(): Partial<Chosen> {
    const { guide, key, tempo } = this.#session.user()?.preferences ?? {};
    const usual = { voice: guide, key, tempo };
    return Object.fromEntries(Object.entries(usual).filter(([, value]) => typeof value === 'number'));
  }
}

/** Within what the player offers. */
export function bounded(chosen: Chosen): Chosen {
  return Object.fromEntries(
    Object.entries(BOUNDS).map(([name, { from, to, step }]) => {
      const value = chosen[name as keyof Chosen];
      const stepped = Math.round(value / step) * step;
      return [name, Number(Math.max(from, Math.min(to, stepped)).toFixed(2))];
    }),
  ) as unknown as Chosen;
}

function isKept(value: unknown): boolean {
  const { person, songs } = (value ?? {}) as Partial<Kept>;
  return (
    typeof person === 'string' &&
    typeof songs === 'object' &&
    Object.values(songs).every(({ voice, key, tempo }) =>
      [voice, key, tempo].every((one) => Number.isFinite(one)),
    )
  );
}
