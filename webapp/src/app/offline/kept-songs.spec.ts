import { TestBed } from '@angular/core/testing';
import { provideHttpClient } from '@angular/common/http';
import { provideHttpClientTesting } from '@angular/common/http/testing';

import { Session, type User } from '@app/session/session';
import type { Song } from '@app/songs/songs.state';

import { bytesOf, type KeptSong, KeptSongs, toMakeRoom } from './kept-songs';

const kept = (id: string, usedAt: number, ...files: [string, number][]): KeptSong => ({
  song: { id, title: id } as Song,
  standing: 'kept',
  files: files.map(([hash, size]) => ({ hash, size })),
  usedAt,
});

describe('room', () => {
  const songs = [kept('old', 1, ['a', 40]), kept('new', 3, ['b', 30]), kept('middle', 2, ['c', 20])];

  it('is taken once by a file that two songs share', () => {
    expect(bytesOf([...songs, kept('twin', 4, ['b', 30])])).toBe(90);
    expect(bytesOf([{ ...kept('gone', 1, ['z', 9]), standing: 'lost' }])).toBe(0);
  });

  it('is made by those that were used longest ago, and by no more of them than needed', () => {
    const ids = (needed: number) => toMakeRoom(songs, needed, 100)?.map(({ song }) => song.id);
    expect(ids(10)).toEqual([]);
    expect(ids(11)).toEqual(['old']);
    expect(ids(60)).toEqual(['old', 'middle']);
    expect(ids(101)).toBeUndefined();
  });
});

describe('KeptSongs', () => {
  const come = (id: string | null) => {
    const session = TestBed.inject(Session);
    if (id === null) session.forget();
    else session.welcome({ access_token: 't', token_type: 'bearer', expires_in: 900, user: { id } as User });
    TestBed.tick();
  };

  beforeEach(() => {
    localStorage.clear();
    TestBed.configureTestingModule({ providers: [provideHttpClient(), provideHttpClientTesting()] });
  });

  it('are one person’s, and nobody’s after they have left', () => {
    const songs = TestBed.inject(KeptSongs);
    come('asha');
    songs.put(kept('kesariya', 1, ['a', 5]));
    songs.change('kesariya', { usedAt: 7 });
    expect(songs.all()).toEqual([kept('kesariya', 7, ['a', 5])]);
    expect(songs.used()).toBe(5);

    come('bina');
    expect(songs.all()).toEqual([]);
    come('asha');
    expect(songs.all()).toEqual([]);
    expect(localStorage.getItem('melody.kept')).not.toContain('kesariya');
  });

  it('are there without a network for whoever was signed in last', () => {
    const before = TestBed.inject(KeptSongs);
    come('asha');
    before.put(kept('kesariya', 1, ['a', 5]));
    TestBed.resetTestingModule();
    TestBed.configureTestingModule({ providers: [provideHttpClient(), provideHttpClientTesting()] });
    expect(TestBed.inject(KeptSongs).find('kesariya')?.standing).toBe('kept');
  });
});
