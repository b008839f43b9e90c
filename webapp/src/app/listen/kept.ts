import { stored } from '@app/ui/stored';

import { NOTHING, type Queue } from './queue';
import type { Version } from './versions';

/** What this device remembers of a person's listening, so that it goes on where they left. */
export interface Kept {
  /** Whose: what one person heard is nothing to the next. */
  readonly person: string;
  readonly queue: Queue;
  readonly version: Version;
}

/** Seconds by song. */
type Places = Readonly<Record<string, number>>;

const MOST_PLACES = 60;
const WORTH_KEEPING = 10;

export const kept = stored<Kept>(
  'melody.listening',
  { person: '', queue: NOTHING, version: 'whole' },
  (value) => {
    const { person, queue, version } = (value ?? {}) as Partial<Kept>;
    return typeof person === 'string' && typeof version === 'string' && Array.isArray(queue?.tracks);
  },
);

const places = stored<Places>('melody.places', {}, (value) => typeof value === 'object' && value !== null);

export function placeIn(songId: string): number {
  return places.read()[songId] ?? 0;
}

/** Where the song was left; not at its very beginning or end, from where one would start anew anyway. */
export function keepPlace(songId: string, seconds: number, duration: number): void {
  const others = Object.entries(places.read()).filter(([id]) => id !== songId);
  const isInside = seconds > WORTH_KEEPING && seconds < duration - WORTH_KEEPING;
  const all = isInside ? [...others, [songId, Math.floor(seconds)]] : others;
  places.write(Object.fromEntries(all.slice(-MOST_PLACES)) as Places);
}

export function forgetListening(): void {
  kept.write({ person: '', queue: NOTHING, version: 'whole' });
  places.write({});
}
