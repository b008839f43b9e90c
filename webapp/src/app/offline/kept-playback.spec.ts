import type { Schemas } from '@app/api/api';

import { hashIn, keeperOf, keptAddress } from './kept-files';
import { asKept, filesOf, worthKeeping } from './kept-playback';

type Playback = Schemas['Playback'];
type Rendition = Playback['renditions'][number];

const hash = (letter: string) => letter.repeat(64);
const file = (letter: string, media_type = 'audio/mp4') => ({
  url: `/files/1790000000/c2lnbmF0dXJl/${hash(letter)}/Kesariya%20%28Instrumental%29.m4a`,
  media_type,
  size: 1000,
  duration: 200,
  expires_at: '2026-11-23T12:00:00Z',
});
const rendition = (stem: Rendition['stem'], letter: string) => ({ stem, file: file(letter) }) as Rendition;
const playback = (changes: Partial<Playback>): Playback =>
  ({ song_id: 'a-song', original: null, renditions: [], ...changes }) as Playback;

describe('what is worth keeping', () => {
  it('is of each version the newest, and the recording where nothing was made of all of it', () => {
    const all = playback({
      original: file('a'),
      renditions: [rendition('instrumental', 'b'), rendition('instrumental', 'c'), rendition('vocals', 'd')],
    });
    expect(filesOf(worthKeeping(all)).map((one) => one.hash)).toEqual([hash('a'), hash('b'), hash('d')]);
    const mixed = playback({ original: file('a'), renditions: [rendition('mix', 'e')] });
    expect(filesOf(worthKeeping(mixed)).map((one) => one.hash)).toEqual([hash('e')]);
  });

  it('is nothing that no browser plays, and nothing of another host', () => {
    const odd = playback({ original: file('a', 'application/octet-stream') });
    expect(filesOf(worthKeeping(odd))).toEqual([]);
    const far = { ...file('a'), url: 'https://elsewhere.example/kesariya.m4a' };
    expect(filesOf(worthKeeping(playback({ original: far })))).toEqual([]);
  });

  it('is played from this device for good, what is not here from where it was', () => {
    const kept = asKept(playback({ original: file('a'), renditions: [rendition('vocals', 'b')] }), 'asha', [
      { hash: hash('a'), size: 1000 },
    ]);
    expect(kept.original?.url).toBe(keptAddress('asha', hash('a')));
    expect(Date.parse(kept.original?.expires_at ?? '')).toBeGreaterThan(Date.parse('2100-01-01'));
    expect(kept.renditions[0]?.file.url).toBe(file('b').url);
    expect(hashIn(kept.original?.url ?? '')).toBe(hash('a'));
  });
});

it('an address tells whose file it is, and no other address does', () => {
  expect(keeperOf(keptAddress('7a0d1c0e-7c56', hash('a')))).toBe('7a0d1c0e-7c56');
  for (const path of ['/kept', '/kept/one', '/kept/a/b/c', '/files/1/2/3/4', '/song/kept/a'])
    expect(keeperOf(path), path).toBeNull();
});
