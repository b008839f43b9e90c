import { placeFor } from './shared-words';

const HERE = 'https://melody.example';
const SONG = '/song/7a0d1c0e-7c56-4a0b-9d57-64c2d3a0f5b1';

describe('what other apps hand over', () => {
  it.each([
    ['a link to a song of this studio', { url: `${HERE}${SONG}` }, SONG],
    ['the same in the text, as Android does', { text: `Listen! ${HERE}${SONG}` }, SONG],
    ['a song’s name', { text: 'तुम ही हो' }, `/?q=${encodeURIComponent('तुम ही हो').replaceAll('%20', '+')}`],
    ['a name with a link of another place', { text: 'Kesariya https://youtu.be/abc' }, '/?q=Kesariya'],
    ['a title beside a link', { title: 'Kesariya', url: 'https://youtu.be/abc' }, '/?q=Kesariya'],
    ['a link alone', { url: 'https://youtu.be/abc' }, '/?q=https%3A%2F%2Fyoutu.be%2Fabc'],
    ['nothing', {}, '/upload'],
    [
      'a page of ours that is no song',
      { url: `${HERE}/account` },
      `/?q=${encodeURIComponent(`${HERE}/account`)}`,
    ],
  ])('leads with %s to its place', (_, words, place) => expect(placeFor(words, HERE)).toBe(place));

  it('is never longer than a question may be', () => {
    expect(decodeURIComponent(placeFor({ text: 'a'.repeat(900) }, HERE))).toHaveLength('/?q='.length + 200);
  });
});
