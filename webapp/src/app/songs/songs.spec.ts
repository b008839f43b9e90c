import { lengthOf } from './length';
import { songActions, songs, type Song } from './songs.state';

describe('lengths', () => {
  it.each([
    [0, '0:00'],
    [262, '4:22'],
    [3725, '1:02:05'],
  ])('%i seconds are %s', (seconds, shown) => {
    expect(lengthOf(seconds)).toBe(shown);
  });
});

describe('songs', () => {
  it('forget a problem when the song is wanted again', () => {
    const failed = songs.reducer(
      undefined,
      songActions.failed({ id: '1', problem: { code: 'unavailable', status: 503 } }),
    );
    expect(failed.problems['1']).toBeDefined();
    expect(songs.reducer(failed, songActions.wanted({ id: '1' })).problems).toEqual({});
  });

  it('are kept once, as they were told last', () => {
    const told = (title: string) => songActions.arrived({ songs: [{ id: '1', title } as Song] });
    const state = songs.reducer(songs.reducer(undefined, told('old')), told('new'));
    expect(Object.values(state.entities).map((song) => song?.title)).toEqual(['new']);
  });
});
