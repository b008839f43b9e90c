import { inject } from '@angular/core';
import { Actions, createEffect, ofType } from '@ngrx/effects';
import { Store } from '@ngrx/store';
import {
  catchError,
  filter,
  first,
  firstValueFrom,
  from,
  map,
  mergeMap,
  of,
  tap,
  withLatestFrom,
} from 'rxjs';

import { Api } from '@app/api/api';
import { isPassing, problemOf, type Problem } from '@app/api/problem';
import { SeenSongs } from '@app/offline/seen-songs';
import { Session } from '@app/session/session';
import { type Song, songActions, songs } from '@app/songs/songs.state';

const ID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const NO_SONG: Problem = { code: 'no-song', status: 404 };

/** A song that a list has brought along is shown as it is; any other is asked for. */
export const fetching = createEffect(
  (
    actions = inject(Actions),
    api = inject(Api),
    store = inject(Store),
    session = inject(Session),
    seen = inject(SeenSongs),
  ) =>
    actions.pipe(
      ofType(songActions.wanted),
      withLatestFrom(store.select(songs.selectEntities)),
      filter(([{ id }, known]) => known[id] === undefined),
      mergeMap(([{ id }]) =>
        ID.test(id)
          ? api.get('/api/v1/music/track/{song_id}', { path: { song_id: id } }).pipe(
              catchError((error: unknown) => from(ownRecording(api, session, id, error))),
              catchError((error: unknown) => from(seenBefore(seen, id, error))),
              map((song) => songActions.arrived({ songs: [song] })),
              catchError((error: unknown) =>
                of(songActions.failed({ id, problem: named(problemOf(error)) })),
              ),
            )
          : of(songActions.failed({ id, problem: NO_SONG })),
      ),
    ),
  { functional: true },
);

/** Whoever was on a song's page finds it there again without a network. */
export const remembering = createEffect(
  (actions = inject(Actions), store = inject(Store), seen = inject(SeenSongs)) =>
    actions.pipe(
      ofType(songActions.wanted),
      mergeMap(({ id }) => store.select(songs.selectSong(id)).pipe(first((song) => song !== undefined))),
      tap((song) => void seen.keep(song)),
    ),
  { functional: true, dispatch: false },
);

/** What is no song of all may be a recording of whoever is signed in. Rejects with the first error where it is not. */
async function ownRecording(api: Api, session: Session, id: string, error: unknown): Promise<Song> {
  await session.start();
  if (problemOf(error).status !== NO_SONG.status || session.user() === null) throw error;
  return firstValueFrom(
    api.get('/api/v1/library/{song_id}', { path: { song_id: id } }).pipe(map((entry) => entry.song)),
  );
}

/** Rejects with the error where it is another one than an absent studio, or the song was never seen. */
async function seenBefore(seen: SeenSongs, id: string, error: unknown): Promise<Song> {
  const song = isPassing(problemOf(error)) ? await seen.find(id) : undefined;
  if (!song) throw error;
  return song;
}

function named(problem: Problem): Problem {
  return problem.status === NO_SONG.status ? NO_SONG : problem;
}
