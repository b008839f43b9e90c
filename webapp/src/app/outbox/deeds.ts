import type { Wish } from '@app/making/jobs.state';

import type { Errand, Waiting } from './errands';

/** What can be done without a network, as the errand that tells the studio of it. */
type Deed = Omit<Errand, 'person'>;

export function saving(songId: string, saved: boolean): Deed {
  return {
    about: aboutSaving(songId),
    method: 'PUT',
    path: `/api/v1/library/${songId}`,
    body: { saved },
  };
}

export function aboutSaving(songId: string): string {
  return `saved:${songId}`;
}

/** By song: whether it shall be saved, as far as that waits to be sent. */
export function wishesIn(waiting: readonly Waiting[]): Readonly<Record<string, boolean>> {
  const wishes = waiting.filter(({ about }) => about.startsWith('saved:'));
  return Object.fromEntries(
    wishes.map(({ about, body }) => [about.slice('saved:'.length), (body as { saved: boolean }).saved]),
  );
}

/** `play.play_id` makes it count once. */
export function playing(songId: string, play: { play_id: string; played_at: string }): Deed {
  return { about: '', method: 'POST', path: `/api/v1/library/${songId}/plays`, body: play };
}

export function putting(playlistId: string, songId: string, isIn: boolean): Deed {
  return {
    about: aboutPutting(playlistId, songId),
    method: isIn ? 'PUT' : 'DELETE',
    path: `/api/v1/playlists/${playlistId}/songs/${songId}`,
  };
}

export function aboutPutting(playlistId: string, songId: string): string {
  return `listed:${playlistId}:${songId}`;
}

/** `name` makes it one job, however often it is sent. */
export function making(songId: string, title: string, wish: Wish, name: string): Deed {
  return {
    about: `making:${name}`,
    method: 'POST',
    path: '/api/v1/audio/convert-to-instrumental',
    body: { song_id: songId, ...wish },
    headers: { 'Idempotency-Key': name },
    title,
  };
}

/** The songs that shall be out of a playlist, as far as that waits to be sent. */
export function takenOutIn(waiting: readonly Waiting[], playlistId: string): ReadonlySet<string> {
  const start = aboutPutting(playlistId, '');
  const gone = waiting.filter(({ about, method }) => method === 'DELETE' && about.startsWith(start));
  return new Set(gone.map(({ about }) => about.slice(start.length)));
}
