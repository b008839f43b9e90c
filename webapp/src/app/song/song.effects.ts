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
          ? from(find(api, session, id)).pipe(
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

/**
 * A recording of one's own is in the library alone. Whoever may have some is asked about first, since the browser
 * complains aloud of whatever is not found. Rejects with a `Problem` or what became of the question.
 */
async function find(api: Api, session: Session, id: string): Promise<Song> {
  const mayBeOwn = session.personId() !== null;
  const own = mayBeOwn ? await ownSong(api, session, id).catch(() => null) : null;
  if (own) return own;
  try {
    return await firstValueFrom(api.get('/api/v1/music/track/{song_id}', { path: { song_id: id } }));
  } catch (error) {
    const isAbsent = problemOf(error).status === NO_SONG.status;
    const signedInMeanwhile = isAbsent && !mayBeOwn ? await ownSong(api, session, id) : null;
    if (!signedInMeanwhile) throw error;
    return signedInMeanwhile;
  }
}

async function ownSong(api: Api, session: Session, id: string): Promise<Song | null> {
  await session.start();
  if (session.personId() === null) return null;
  const { items } = await firstValueFrom(api.get('/api/v1/library', { query: { song_id: id } }));
  return items[0]?.song ?? null;
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
