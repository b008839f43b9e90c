import type { Song } from '@app/songs/songs.state';

/** What the player has to know of a song before it has asked for it. */
export type Track = Pick<Song, 'id' | 'title' | 'artist' | 'language' | 'thumbnail_url'>;
export type Repeat = 'off' | 'all' | 'one';

/** What is played, in this order. Values: every change is another queue. */
export interface Queue {
  readonly tracks: readonly Track[];
  /** Which of them is on; -1 when there is none. */
  readonly at: number;
  readonly repeat: Repeat;
  /** The order before shuffling; null while it is that order. */
  readonly before: readonly Track[] | null;
}

export const MOST_TRACKS = 500;
export const NOTHING: Queue = { tracks: [], at: -1, repeat: 'off', before: null };

export function trackOf({ id, title, artist, language, thumbnail_url }: Track): Track {
  return { id, title, artist, language, thumbnail_url };
}

/** These songs from one of them on; how it repeats stays, and shuffled stays shuffled. */
export function startedWith(queue: Queue, tracks: readonly Track[], at = 0, random = Math.random): Queue {
  const first = Math.max(0, Math.min(at, tracks.length - MOST_TRACKS));
  const taken = tracks.slice(first, first + MOST_TRACKS).map(trackOf);
  const started = { ...queue, tracks: taken, at: taken.length ? at - first : -1, before: null };
  return queue.before ? shuffled(started, random) : started;
}

/** The next one; null where the queue is over. A song on repeat gives way only to somebody who asks. */
export function advanced(queue: Queue, isAsked: boolean): Queue | null {
  if (queue.at < 0) return null;
  if (queue.repeat === 'one' && !isAsked) return queue;
  if (queue.at + 1 < queue.tracks.length) return { ...queue, at: queue.at + 1 };
  return queue.repeat === 'off' ? null : { ...queue, at: 0 };
}

export function steppedBack(queue: Queue): Queue | null {
  if (queue.at > 0) return { ...queue, at: queue.at - 1 };
  return queue.repeat === 'off' || queue.at < 0 ? null : { ...queue, at: queue.tracks.length - 1 };
}

/** The song that is on comes first, all others after it in any order. */
export function shuffled(queue: Queue, random = Math.random): Queue {
  const current = queue.tracks[queue.at];
  if (current === undefined) return { ...queue, before: queue.tracks };
  const rest = queue.tracks.filter((_, index) => index !== queue.at);
  for (let last = rest.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [rest[last], rest[other]] = [rest[other] as Track, rest[last] as Track];
  }
  return { ...queue, tracks: [current, ...rest], at: 0, before: queue.before ?? queue.tracks };
}

export function inOrder(queue: Queue): Queue {
  if (queue.before === null) return queue;
  const current = queue.tracks[queue.at];
  const tracks = queue.before.filter((track) => queue.tracks.includes(track));
  return { ...queue, tracks, at: current ? tracks.indexOf(current) : -1, before: null };
}

/** Without one of those that are still to come, or have been. */
export function without(queue: Queue, index: number): Queue {
  if (index === queue.at) return queue;
  const tracks = queue.tracks.filter((_, one) => one !== index);
  return { ...queue, tracks, at: index < queue.at ? queue.at - 1 : queue.at };
}

/** As one more wish: right after the song that is on. */
export function withNext(queue: Queue, track: Track): Queue {
  if (queue.tracks.length >= MOST_TRACKS) return queue;
  const next = trackOf(track);
  const tracks = [...queue.tracks.slice(0, queue.at + 1), next, ...queue.tracks.slice(queue.at + 1)];
  return { ...queue, tracks, at: Math.max(queue.at, 0), before: queue.before && [...queue.before, next] };
}
