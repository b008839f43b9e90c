import { inject } from '@angular/core';
import { Actions, createEffect, ofType } from '@ngrx/effects';
import { Store } from '@ngrx/store';
import { catchError, filter, map, mergeMap, of, withLatestFrom } from 'rxjs';

import { Api } from '@app/api/api';
import { problemOf, type Problem } from '@app/api/problem';
import { songActions, songs } from '@app/songs/songs.state';

const ID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const NO_SONG: Problem = { code: 'no-song', status: 404 };

/** A song that a list has brought along is shown as it is; any other is asked for. */
export const fetching = createEffect(
  (actions = inject(Actions), api = inject(Api), store = inject(Store)) =>
    actions.pipe(
      ofType(songActions.wanted),
      withLatestFrom(store.select(songs.selectEntities)),
      filter(([{ id }, known]) => known[id] === undefined),
      mergeMap(([{ id }]) =>
        ID.test(id)
          ? api.get('/api/v1/music/track/{song_id}', { path: { song_id: id } }).pipe(
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

function named(problem: Problem): Problem {
  return problem.status === NO_SONG.status ? NO_SONG : problem;
}
