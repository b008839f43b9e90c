import { computed, effect, inject, Injectable, signal, untracked } from '@angular/core';

import { Session } from '@app/session/session';
import type { Song } from '@app/songs/songs.state';
import { stored } from '@app/ui/stored';

export interface KeptFile {
  readonly hash: string;
  /** Bytes. */
  readonly size: number;
}

/** Wanted and on its way or waiting for a network; here; or taken off, by the browser or to make room. */
export type Standing = 'wanted' | 'kept' | 'lost' | 'made-room';

export interface KeptSong {
  readonly song: Song;
  readonly standing: Standing;
  readonly files: readonly KeptFile[];
  /** When it was asked for or last played, in milliseconds since 1970. */
  readonly usedAt: number;
}

interface Shelf {
  readonly person: string;
  readonly songs: readonly KeptSong[];
}

/** As long as one can still look through. */
export const MOST_KEPT = 500;
const KEY = 'melody.kept';
const EMPTY: Shelf = { person: '', songs: [] };

/**
 * Which songs are kept on this device, for one person. The list outlives the files where the browser clears only
 * those, so that it can say what is missing. All tabs have the same list.
 */
@Injectable({ providedIn: 'root' })
export class KeptSongs {
  readonly #session = inject(Session);
  readonly #stored = stored<Shelf>(KEY, EMPTY, isShelf);
  readonly #shelf = signal(this.#stored.read());

  /** The newest first. */
  readonly all = computed<readonly KeptSong[]>(() => {
    const { person, songs } = this.#shelf();
    return person !== '' && person === this.#session.personId() ? songs : [];
  });
  readonly #byId = computed(() => new Map(this.all().map((one) => [one.song.id, one])));
  /** Bytes of all files that are here; a file of two songs counts once. */
  readonly used = computed(() => bytesOf(this.all()));

  constructor() {
    addEventListener('storage', ({ key }) => {
      if (key === KEY || key === null) this.#shelf.set(this.#stored.read());
    });
    effect(() => {
      const person = this.#session.user()?.id ?? null;
      if (this.#session.isKnown() && untracked(this.#shelf).person !== (person ?? '')) this.#write([]);
    });
  }

  find(songId: string): KeptSong | undefined {
    return this.#byId().get(songId);
  }

  /** Puts a song on the shelf, or changes how it stands there. */
  put(song: KeptSong): void {
    const isNew = !this.#byId().has(song.song.id);
    const all = isNew
      ? [song, ...this.all()]
      : this.all().map((one) => (one.song.id === song.song.id ? song : one));
    this.#write(all.slice(0, MOST_KEPT));
  }

  change(songId: string, changes: Partial<Omit<KeptSong, 'song'>>): void {
    const known = this.find(songId);
    if (known) this.put({ ...known, ...changes });
  }

  takeOff(songId: string): void {
    this.#write(this.all().filter((one) => one.song.id !== songId));
  }

  #write(songs: readonly KeptSong[]): void {
    const shelf = { person: untracked(this.#session.personId) ?? '', songs };
    this.#shelf.set(shelf);
    this.#stored.write(shelf);
  }
}

export function bytesOf(songs: readonly KeptSong[]): number {
  const files = songs.filter((one) => one.standing === 'kept').flatMap((one) => one.files);
  return [...new Map(files.map((file) => [file.hash, file.size])).values()].reduce(
    (sum, size) => sum + size,
    0,
  );
}

/** Which songs have to go so that `needed` bytes fit: those that were used longest ago. Null where that is not enough. */
export function toMakeRoom(
  songs: readonly KeptSong[],
  needed: number,
  room: number,
): readonly KeptSong[] | null {
  const kept = songs.filter((one) => one.standing === 'kept').sort((one, other) => other.usedAt - one.usedAt);
  const going: KeptSong[] = [];
  while (bytesOf(kept) + needed > room) {
    const oldest = kept.pop();
    if (!oldest) return null;
    going.push(oldest);
  }
  return going;
}

function isShelf(value: unknown): boolean {
  const { person, songs } = (value ?? {}) as Partial<Shelf>;
  return typeof person === 'string' && Array.isArray(songs);
}
