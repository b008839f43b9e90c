import type { Schemas } from '@app/api/api';

import { hashIn, keptAddress, keptCache } from './kept-files';
import type { KeptFile } from './kept-songs';

type Playback = Schemas['Playback'];
type AudioFile = Schemas['AudioFile'];

const UNKNOWN_KIND = 'application/octet-stream';
const NEVER = '9999-12-31T00:00:00Z';

/** A file that can be kept, and where it can be fetched from now. */
export interface Keepable extends KeptFile {
  readonly file: AudioFile;
}

/** Of each version the newest; of the whole song what was brought into a playable format, else what came. */
export function worthKeeping(playback: Playback): Playback {
  const renditions = playback.renditions.filter(
    ({ stem, file }, index, all) =>
      hashIn(file.url) !== null && all.findIndex((one) => one.stem === stem) === index,
  );
  const { original } = playback;
  const isNeeded =
    original !== null &&
    original.media_type !== UNKNOWN_KIND &&
    hashIn(original.url) !== null &&
    !renditions.some(({ stem }) => stem === 'mix');
  return { ...playback, original: isNeeded ? original : null, renditions };
}

export function filesOf(playback: Playback): readonly Keepable[] {
  const all = [playback.original, ...playback.renditions.map(({ file }) => file)];
  const found = all.filter((file) => file !== null).map((file) => ({ file, hash: hashIn(file.url) ?? '' }));
  return [...new Map(found.map(({ file, hash }) => [hash, { file, hash, size: file.size }])).values()];
}

/** The same with the addresses of the copies on this device, where there are any; those never end. */
export function asKept(playback: Playback, person: string, kept: readonly KeptFile[]): Playback {
  const moved = (file: AudioFile): AudioFile => {
    const hash = hashIn(file.url);
    const isKept = hash !== null && kept.some((one) => one.hash === hash);
    return isKept ? { ...file, url: keptAddress(person, hash), expires_at: NEVER } : file;
  };
  return {
    ...playback,
    original: playback.original && moved(playback.original),
    renditions: playback.renditions.map((one) => ({ ...one, file: moved(one.file) })),
  };
}

export async function writePlayback(person: string, playback: Playback): Promise<void> {
  const cache = await caches.open(keptCache(person));
  await cache.put(
    keptAddress(person, playback.song_id),
    Response.json(asKept(playback, person, filesOf(playback))),
  );
}

/** What is kept of a song; null unless it is all there and something answers for it. */
export async function readPlayback(
  person: string,
  songId: string,
  files: readonly KeptFile[],
): Promise<Playback | null> {
  if (!navigator.serviceWorker?.controller) return null; // a page loaded past the worker reaches no kept file
  const cache = await caches.open(keptCache(person));
  const known = await cache.match(keptAddress(person, songId));
  if (!known || !(await areThere(cache, person, files))) return null;
  return (await known.json()) as Playback;
}

/** What the studio said, with the copies that are here in place of its files. */
export async function withKept(
  playback: Playback,
  person: string,
  files: readonly KeptFile[],
): Promise<Playback> {
  if (!files.length || !navigator.serviceWorker?.controller) return playback;
  const cache = await caches.open(keptCache(person));
  return (await areThere(cache, person, files)) ? asKept(playback, person, files) : playback;
}

export async function areThere(cache: Cache, person: string, files: readonly KeptFile[]): Promise<boolean> {
  const found = await Promise.all(files.map(({ hash }) => cache.match(keptAddress(person, hash))));
  return files.length > 0 && found.every((one) => one !== undefined);
}
