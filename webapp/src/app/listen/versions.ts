import type { Schemas } from '@app/api/api';

export type Playback = Schemas['Playback'];
type AudioFile = Schemas['AudioFile'];

/** What can be heard of a song: all of it, without the voice, or the voice alone. */
export type Version = 'whole' | 'instrumental' | 'vocals';

/** Something that can be played now. */
export interface Playable {
  readonly version: Version;
  readonly file: AudioFile;
  /** 1 is as it was sung; slower below. */
  readonly tempo: number;
}

const UNKNOWN_KIND = 'application/octet-stream';
const STEMS = { mix: 'whole', instrumental: 'instrumental', vocals: 'vocals' } as const satisfies Record<
  string,
  Version
>;
const ORDER: readonly Version[] = ['whole', 'instrumental', 'vocals'];

/** One of each version, the newest; of the whole song the one that was brought into a playable format first. */
export function playables(playback: Playback): readonly Playable[] {
  const found = new Map<Version, Playable>();
  for (const { stem, file, tempo } of playback.renditions) {
    if (stem === 'sing') continue; // music and voice in one file: only the screen for singing takes them apart
    const version = STEMS[stem];
    if (!found.has(version)) found.set(version, { version, file, tempo });
  }
  const { original } = playback;
  if (original && original.media_type !== UNKNOWN_KIND && !found.has('whole')) {
    found.set('whole', { version: 'whole', file: original, tempo: 1 });
  }
  return ORDER.map((version) => found.get(version)).filter((one) => one !== undefined);
}

/** The wanted version, else what there is. */
export function chosenFrom(all: readonly Playable[], wanted: Version): Playable | null {
  return all.find((one) => one.version === wanted) ?? all[0] ?? null;
}
