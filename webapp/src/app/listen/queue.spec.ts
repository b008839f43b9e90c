import {
  advanced,
  inOrder,
  NOTHING,
  shuffled,
  startedWith,
  steppedBack,
  type Track,
  without,
  withNext,
} from './queue';

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => ({
  id,
  title: id,
  artist: '',
  language: null,
  thumbnail_url: null,
})) as [Track, Track, Track, Track];
const ids = (queue: { tracks: readonly Track[] }) => queue.tracks.map((track) => track.id).join('');

describe('Queue', () => {
  const queue = startedWith(NOTHING, [a, b, c, d], 1);

  it('goes on to the next song and ends after the last one', () => {
    expect(advanced(queue, false)?.at).toBe(2);
    expect(advanced({ ...queue, at: 3 }, false)).toBeNull();
    expect(advanced({ ...queue, at: 3, repeat: 'all' }, false)?.at).toBe(0);
    expect(steppedBack({ ...queue, at: 0 })).toBeNull();
  });

  it('stays on a song that repeats, but not when the next one is asked for', () => {
    expect(advanced({ ...queue, repeat: 'one' }, false)?.at).toBe(1);
    expect(advanced({ ...queue, repeat: 'one' }, true)?.at).toBe(2);
  });

  it('shuffles around the song that is on, and finds its order again', () => {
    const mixed = shuffled(queue, () => 0);
    expect(ids(mixed)).toBe('bcda');
    expect(mixed.at).toBe(0);
    const again = inOrder({ ...mixed, at: 2 });
    expect([ids(again), again.at]).toEqual(['abcd', 3]);
  });

  it('keeps its place when another song is taken out or put in', () => {
    expect(without(queue, 0)).toMatchObject({ at: 0 });
    expect(without(queue, 1)).toBe(queue);
    expect(ids(withNext(queue, d))).toBe('abdcd');
  });

  it('takes a bounded part of a long library, with the song that was chosen in it', () => {
    const long = Array.from({ length: 2000 }, (_, index) => ({ ...a, id: String(index) }));
    for (const at of [0, 700, 1999]) {
      const part = startedWith(NOTHING, long, at);
      expect(part.tracks.length).toBe(500);
      expect(part.tracks[part.at]?.id).toBe(String(at));
    }
  });
});
