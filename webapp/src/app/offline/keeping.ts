import { computed, effect, inject, Injectable, signal, untracked } from '@angular/core';

import { type Problem, problemOf, wordsFor } from '@app/api/problem';
import { Bringing } from '@app/listen/bringing';
import type { Playback } from '@app/listen/versions';
import { Session } from '@app/session/session';
import { Notices } from '@app/shell/notices';
import type { Song } from '@app/songs/songs.state';
import { Connection } from '@app/ui/connection';
import type { Key } from '@app/words/catalogue';
import { Words } from '@app/words/words';

import { BadFile, fetchInto } from './fetching';
import { keptAddress, keptCache } from './kept-files';
import { areThere, filesOf, type Keepable, worthKeeping, writePlayback } from './kept-playback';
import { bytesOf, type KeptSong, KeptSongs, toMakeRoom } from './kept-songs';
import { Room } from './room';

const AGAIN_MS = 15_000;
const MOST_AGAIN = 6;
/** Of rows, and of the player. */
const COVER_SIZES = [128, 512] as const;
/** Of several tabs one fetches; the next then finds nothing left to do. */
const LOCK = 'melody.keeping';

/** Whether songs can be kept in this browser, and in this page: inside another site's page nothing answers for them. */
export function canKeep(): boolean {
  return 'caches' in globalThis && 'serviceWorker' in navigator && window.top === window.self;
}

/** Angular's worker keeps it as soon as it was asked for; without one a song has its colours. */
async function fetchCover(songId: string): Promise<void> {
  for (const size of COVER_SIZES) {
    const address = `/api/v1/music/track/${songId}/cover?size=${String(size)}`;
    await fetch(address).catch(() => undefined);
  }
}

/**
 * Brings songs onto this device, one at a time, and takes them off again. What is wanted and not here yet is fetched
 * when there is a network, also after the page was closed.
 */
@Injectable({ providedIn: 'root' })
export class Keeping {
  readonly #bringing = inject(Bringing);
  readonly #songs = inject(KeptSongs);
  readonly #room = inject(Room);
  readonly #session = inject(Session);
  readonly #notices = inject(Notices);
  readonly #t = inject(Words).t;
  readonly #share = signal<{ readonly songId: string; readonly share: number } | null>(null);
  #running: AbortController | null = null;
  #failures = 0;

  /** How much of the song that is on its way has come, 0 to 1. */
  readonly share = this.#share.asReadonly();
  readonly #wanted = computed(() => this.#songs.all().filter(({ standing }) => standing === 'wanted'));

  constructor() {
    const connection = inject(Connection);
    void this.#look();
    effect(() => {
      if (connection.online() && this.#session.user() && this.#wanted().length)
        untracked(() => void this.#fetchAll());
    });
    effect(() => {
      const going = toMakeRoom(this.#songs.all(), 0, this.#room.most()) ?? [];
      untracked(() => void this.#makeWay(going));
    });
  }

  /** To be called from a tap: the browser is asked to keep them for good. */
  keep(songs: readonly Song[]): void {
    void this.#room.ask().catch(() => undefined);
    this.#failures = 0;
    const usedAt = Date.now();
    for (const song of songs) {
      if (this.#songs.find(song.id)?.standing !== 'kept')
        this.#songs.put({ song, standing: 'wanted', files: [], usedAt });
    }
  }

  async letGo(songId: string): Promise<void> {
    const known = this.#songs.find(songId);
    if (this.#share()?.songId === songId) this.#running?.abort();
    this.#songs.takeOff(songId);
    if (known) await this.#forget([known]);
  }

  /** What was made of a kept song meanwhile is kept too. */
  follow(songId: string, playback: Playback): void {
    const known = this.#songs.find(songId);
    if (known?.standing !== 'kept') return;
    const hashes = filesOf(worthKeeping(playback)).map(({ hash }) => hash);
    const isNew = hashes.some((hash) => !known.files.some((file) => file.hash === hash));
    if (isNew) this.#songs.change(songId, { standing: 'wanted' });
  }

  async #fetchAll(): Promise<void> {
    const person = this.#session.personId();
    if (this.#running || person === null) return;
    this.#running = new AbortController();
    const { signal } = this.#running;
    try {
      await navigator.locks.request(LOCK, { signal }, async () => {
        for (let next = this.#next(); next; next = this.#next()) {
          await this.#fetch(person, next, signal);
          this.#failures = 0;
        }
      });
    } catch (error) {
      if (this.#running.signal.aborted) this.#failures = 0;
      else if (++this.#failures > MOST_AGAIN || !navigator.onLine) return; // the network's return begins anew
      setTimeout(() => void this.#fetchAll(), error instanceof DOMException ? 0 : AGAIN_MS * this.#failures);
    } finally {
      this.#running = null;
      this.#share.set(null);
    }
  }

  #next(): KeptSong | undefined {
    return this.#wanted().at(-1); // in the order of the wishes
  }

  /** Rejects where it may go better later. */
  async #fetch(
    person: string,
    { song, files: before, usedAt }: KeptSong,
    signal: AbortSignal,
  ): Promise<void> {
    this.#share.set({ songId: song.id, share: 0 });
    try {
      const cache = await caches.open(keptCache(person));
      const playback = worthKeeping(await this.#bringing.playable(song.id));
      const files = filesOf(playback);
      if (!files.length) return this.#giveUp(song, 'trouble.no-audio');
      const missing: Keepable[] = [];
      for (const file of files) if (!(await areThere(cache, person, [file]))) missing.push(file);
      const all = missing.reduce((sum, { size }) => sum + size, 0);
      if (!(await this.#hasRoom(song.id, all))) return this.#giveUp(song, 'offline.full');
      let come = 0;
      for (const file of missing) {
        const arrived = (bytes: number) => {
          come += bytes;
          this.#share.set({ songId: song.id, share: Math.min(1, come / all) });
        };
        await fetchInto(cache, person, file, arrived, signal);
      }
      if (!this.#songs.find(song.id) || this.#session.personId() !== person) return;
      await writePlayback(person, playback);
      const kept = files.map(({ hash, size }) => ({ hash, size }));
      this.#songs.change(song.id, { standing: 'kept', files: kept, usedAt: usedAt || Date.now() });
      await this.#forget([{ song, standing: 'kept', files: before, usedAt }]);
      if (song.thumbnail_url) void fetchCover(song.id);
    } catch (error) {
      if (error instanceof DOMException && error.name === 'QuotaExceededError')
        return this.#giveUp(song, 'offline.full');
      if (signal.aborted || error instanceof TypeError) throw error;
      const problem: Problem = error instanceof BadFile ? { code: 'other', status: 500 } : problemOf(error);
      if (problem.status === 0 || problem.status === 429 || problem.status >= 502) throw error;
      this.#giveUp(song, wordsFor(problem).headline);
    }
  }

  /** What there was of it before stays. */
  #giveUp(song: Song, why: Key): void {
    if (this.#songs.find(song.id)?.files.length) return this.#songs.change(song.id, { standing: 'kept' });
    this.#songs.takeOff(song.id);
    void this.#notices.say(`${song.title}: ${this.#t(why)}`);
  }

  /** Others give way to it, those that were used longest ago; not those that were asked for together with it. */
  async #hasRoom(songId: string, bytes: number): Promise<boolean> {
    const others = this.#songs.all().filter((one) => one.song.id !== songId);
    const going = toMakeRoom(others, bytes, this.#room.most());
    const wish = this.#songs.find(songId)?.usedAt ?? 0;
    if (going === null || going.some(({ usedAt }) => usedAt >= wish)) return false;
    await this.#makeWay(going);
    return true;
  }

  async #makeWay(going: readonly KeptSong[]): Promise<void> {
    for (const { song } of going) this.#songs.change(song.id, { standing: 'made-room', files: [] });
    await this.#forget(going);
  }

  /** Removes the files of these songs that no kept song needs. */
  async #forget(songs: readonly KeptSong[]): Promise<void> {
    const person = this.#session.personId();
    if (person === null || !songs.length) return;
    const cache = await caches.open(keptCache(person));
    const needed = new Set(this.#songs.all().flatMap(({ files }) => files.map(({ hash }) => hash)));
    for (const { song, files } of songs) {
      if (!this.#songs.find(song.id)?.files.length) await cache.delete(keptAddress(person, song.id));
      for (const { hash } of files) if (!needed.has(hash)) await cache.delete(keptAddress(person, hash));
    }
  }

  /** What the browser has cleared meanwhile is said to be missing. */
  async #look(): Promise<void> {
    const person = this.#session.personId();
    if (person === null || !bytesOf(this.#songs.all())) return;
    const cache = await caches.open(keptCache(person));
    for (const { song, standing, files } of this.#songs.all()) {
      if (standing === 'kept' && !(await areThere(cache, person, files)))
        this.#songs.change(song.id, { standing: 'lost' });
    }
  }
}
