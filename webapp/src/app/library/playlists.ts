import { inject, Injectable, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { Api, type Schemas } from '@app/api/api';
import { putting } from '@app/outbox/deeds';
import { LATER, Outbox } from '@app/outbox/outbox';

export type Playlist = Schemas['PlaylistSummary'];

/** The person's playlists; never more than twenty. Every method rejects with a `Problem`. */
@Injectable({ providedIn: 'root' })
export class Playlists {
  readonly #api = inject(Api);
  readonly #outbox = inject(Outbox);
  readonly #all = signal<readonly Playlist[] | null>(null);

  /** Null until they have arrived. */
  readonly all = this.#all.asReadonly();

  async fetch(): Promise<void> {
    const { items } = await firstValueFrom(this.#api.get('/api/v1/playlists', {}));
    this.#all.set(items);
  }

  one(id: string): Promise<Schemas['PlaylistSongs']> {
    return firstValueFrom(this.#api.get('/api/v1/playlists/{playlist_id}', { path: { playlist_id: id } }));
  }

  async make(name: string): Promise<Playlist> {
    const made = await firstValueFrom(this.#api.post('/api/v1/playlists', { body: { name } }));
    this.#all.update((all) => all && [...all, made]);
    return made;
  }

  async delete(id: string): Promise<void> {
    await firstValueFrom(this.#api.delete('/api/v1/playlists/{playlist_id}', { path: { playlist_id: id } }));
    this.#all.update((all) => all && all.filter((one) => one.id !== id));
  }

  /** Puts it at the end, once; without a network later. */
  async put(id: string, songId: string): Promise<void> {
    const path = { playlist_id: id, song_id: songId };
    const now = this.#api.put('/api/v1/playlists/{playlist_id}/songs/{song_id}', { path });
    const changed = await firstValueFrom(this.#outbox.attempt(putting(id, songId, true), now));
    if (changed === LATER) this.#count(id, 1);
    else this.#all.update((all) => all && all.map((one) => (one.id === id ? changed : one)));
  }

  /** Moves a song that is in it to another place, 0 the first. */
  async move(id: string, songId: string, place: number): Promise<void> {
    const path = { playlist_id: id, song_id: songId };
    await firstValueFrom(
      this.#api.put('/api/v1/playlists/{playlist_id}/songs/{song_id}', { path, body: { position: place } }),
    );
  }

  async rename(id: string, name: string): Promise<void> {
    const renamed = await firstValueFrom(
      this.#api.patch('/api/v1/playlists/{playlist_id}', { path: { playlist_id: id }, body: { name } }),
    );
    this.#all.update((all) => all && all.map((one) => (one.id === id ? renamed : one)));
  }

  async takeOut(id: string, songId: string): Promise<void> {
    const path = { playlist_id: id, song_id: songId };
    const now = this.#api.delete('/api/v1/playlists/{playlist_id}/songs/{song_id}', { path });
    await firstValueFrom(this.#outbox.attempt(putting(id, songId, false), now));
    this.#count(id, -1);
  }

  #count(id: string, by: number): void {
    this.#all.update(
      (all) => all && all.map((one) => (one.id === id ? { ...one, song_count: one.song_count + by } : one)),
    );
  }
}
