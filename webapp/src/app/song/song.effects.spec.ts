import { TestBed } from '@angular/core/testing';
import { provideMockActions } from '@ngrx/effects/testing';
import type { Action } from '@ngrx/store';
import { provideMockStore } from '@ngrx/store/testing';
import { firstValueFrom, of, Subject, throwError } from 'rxjs';

import { Api } from '@app/api/api';
import { SeenSongs } from '@app/offline/seen-songs';
import { Session } from '@app/session/session';
import { type Song, songActions, songs } from '@app/songs/songs.state';

import { fetching } from './song.effects';

const ID = '0b5a3c1e-2f6d-4b8e-9a51-7c3d2e1f0a9b';
const SONG = { id: ID, title: 'Lithium' } as Song;
const LIBRARY = '/api/v1/library';
const TRACK = '/api/v1/music/track/{song_id}';
const absent = () => throwError(() => ({ code: 'no-song', status: 404 }));

describe('a song that no list has brought along', () => {
  const get = vi.fn();
  const remembered = vi.fn();
  let actions: Subject<Action>;
  let person: string | null;
  let answers: Record<string, () => unknown>;

  beforeEach(() => {
    actions = new Subject();
    person = 'asha';
    answers = { [LIBRARY]: () => of({ items: [] }), [TRACK]: () => of(SONG) };
    get.mockReset().mockImplementation((path: string) => answers[path]?.());
    remembered.mockReset().mockResolvedValue(undefined);
    TestBed.configureTestingModule({
      providers: [
        provideMockActions(() => actions),
        provideMockStore({ selectors: [{ selector: songs.selectEntities, value: {} }] }),
        { provide: Api, useValue: { get } },
        { provide: SeenSongs, useValue: { find: remembered } },
        { provide: Session, useValue: { start: () => Promise.resolve(), personId: () => person } },
      ],
    });
  });

  const open = () => {
    const told = firstValueFrom(TestBed.runInInjectionContext(() => fetching()));
    actions.next(songActions.wanted({ id: ID }));
    return told;
  };
  const asked = () => get.mock.calls.map(([path]) => path as string);

  it('is looked for in the library first, where somebody has one: nothing is missed there', async () => {
    answers[LIBRARY] = () => of({ items: [{ song_id: ID, song: SONG }] });
    answers[TRACK] = absent;
    expect(await open()).toEqual(songActions.arrived({ songs: [SONG] }));
    expect(get.mock.calls).toEqual([[LIBRARY, { query: { song_id: ID } }]]);
  });

  it('is one of all where the library has none, or does not answer', async () => {
    expect(await open()).toEqual(songActions.arrived({ songs: [SONG] }));
    expect(asked()).toEqual([LIBRARY, TRACK]);
    answers[LIBRARY] = () => throwError(() => ({ code: 'unavailable', status: 503 }));
    expect(await open()).toEqual(songActions.arrived({ songs: [SONG] }));
  });

  it('is asked for at once where nobody is signed in', async () => {
    person = null;
    expect(await open()).toEqual(songActions.arrived({ songs: [SONG] }));
    expect(asked()).toEqual([TRACK]);
  });

  it('is found in the library of whoever signs in meanwhile', async () => {
    person = null;
    answers[LIBRARY] = () => of({ items: [{ song_id: ID, song: SONG }] });
    answers[TRACK] = () => {
      person = 'asha';
      return absent();
    };
    expect(await open()).toEqual(songActions.arrived({ songs: [SONG] }));
    expect(asked()).toEqual([TRACK, LIBRARY]);
  });

  it('is shown as it was seen last, without a network; and is none where there is none', async () => {
    answers[TRACK] = () => throwError(() => ({ code: 'offline', status: 0 }));
    remembered.mockResolvedValue(SONG);
    expect(await open()).toEqual(songActions.arrived({ songs: [SONG] }));
    answers[TRACK] = absent;
    expect(await open()).toEqual(songActions.failed({ id: ID, problem: { code: 'no-song', status: 404 } }));
  });
});
