import { inject } from '@angular/core';
import { toObservable } from '@angular/core/rxjs-interop';
import { Router } from '@angular/router';
import { Actions, createEffect, ofType } from '@ngrx/effects';
import { Store } from '@ngrx/store';
import {
  catchError,
  combineLatest,
  concatMap,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  filter,
  from,
  fromEvent,
  map,
  merge,
  mergeMap,
  of,
  share,
  skip,
  startWith,
  switchMap,
  tap,
  timer,
  withLatestFrom,
} from 'rxjs';

import { Api, type Schemas } from '@app/api/api';
import { hintFor, problemOf, wordsFor } from '@app/api/problem';
import { libraryActions } from '@app/library/library.state';
import { Player } from '@app/listen/player';
import { making } from '@app/outbox/deeds';
import { LATER, Outbox } from '@app/outbox/outbox';
import { Session } from '@app/session/session';
import { Notices } from '@app/shell/notices';
import { Words } from '@app/words/words';

import { isOpen, jobActions, jobs } from './jobs.state';
import { Live } from './live';

const PAGE = 50;
const LOOK_EVERY_MS = 2_000;
const LOOK_INTO_LIBRARY_EVERY_MS = 10_000;

export const fetching = createEffect(
  (actions = inject(Actions), api = inject(Api)) =>
    actions.pipe(
      ofType(jobActions.watched),
      switchMap(() => page(api, null)),
    ),
  { functional: true },
);

export const fetchingMore = createEffect(
  (actions = inject(Actions), api = inject(Api), store = inject(Store)) =>
    actions.pipe(
      ofType(jobActions.pageWanted),
      withLatestFrom(store.select(jobs.selectNext)),
      exhaustMap(([, next]) => page(api, next)),
    ),
  { functional: true },
);

/** As it happens, for whoever is signed in. While nothing would be heard, open jobs are asked about. */
export const following = createEffect(
  (live = inject(Live), session = inject(Session), store = inject(Store), api = inject(Api)) => {
    const told = toObservable(session.user).pipe(
      map((user) => user?.id ?? null),
      distinctUntilChanged(),
      switchMap((person) => (person === null ? of({ type: 'closed' as const }) : live.events)),
      share(),
    );
    const isHeard = told.pipe(
      filter(({ type }) => type === 'open' || type === 'closed'),
      map(({ type }) => type === 'open'),
      startWith(false),
    );
    const open = store.select(jobs.selectOpen).pipe(
      map((all) => all.map((job) => job.id)),
      distinctUntilChanged((one, other) => one.join() === other.join()),
    );
    const asking = combineLatest([isHeard, open]).pipe(
      switchMap(([heard, ids]) =>
        heard || !ids.length ? EMPTY : timer(LOOK_EVERY_MS, LOOK_EVERY_MS).pipe(map(() => ids)),
      ),
      exhaustMap((ids) => from(ids).pipe(mergeMap((id) => standing(api, id), 4))),
    );
    const hearing = told.pipe(
      withLatestFrom(store.select(jobs.selectEntities)),
      mergeMap(([event, known]) => {
        if (event.type === 'library.changed') return of(libraryActions.changed());
        if (event.type === 'conversion.progress' && known[event.job_id])
          return of(jobActions.progressed({ event }));
        const isNews = event.type === 'conversion.progress' || event.type === 'conversion.done';
        const before = isNews ? known[event.job_id] : undefined;
        return isNews && (!before || isOpen(before)) ? standing(api, event.job_id) : EMPTY;
      }),
    );
    /** What changed while nothing was heard nobody will tell of again. */
    const back = told.pipe(
      filter(({ type }) => type === 'open'),
      skip(1),
      map(() => libraryActions.changed()),
    );
    /** Without sockets no one tells of what another device or a chat brings into the library. */
    const looking = isHeard.pipe(
      distinctUntilChanged(),
      switchMap((heard) =>
        heard
          ? EMPTY
          : merge(
              timer(LOOK_INTO_LIBRARY_EVERY_MS, LOOK_INTO_LIBRARY_EVERY_MS),
              fromEvent(document, 'visibilitychange'),
            ),
      ),
      filter(() => session.user() !== null && document.visibilityState === 'visible'),
      map(() => libraryActions.lookAgain()),
    );
    return from([asking, hearing, back, looking]).pipe(mergeMap((actions) => actions));
  },
  { functional: true },
);

/** A wish has a name, so that a tap that is sent twice is one job. */
export const asking = createEffect(
  (actions = inject(Actions), api = inject(Api), outbox = inject(Outbox), router = inject(Router)) =>
    actions.pipe(
      ofType(jobActions.wanted),
      mergeMap(({ songId, title, wish, name }) => {
        const now = api.post('/api/v1/audio/convert-to-instrumental', {
          body: { song_id: songId, ...wish },
          header: { 'Idempotency-Key': name },
        });
        return outbox.attempt(making(songId, title, wish, name), now).pipe(
          map((told) => jobActions.arrived({ jobs: told === LATER ? [] : told.jobs })),
          tap(() => void router.navigateByUrl('/making')),
          catchError((error: unknown) => of(jobActions.refused({ title, problem: problemOf(error) }))),
        );
      }),
    ),
  { functional: true },
);

/** What was asked for without a network is a job as soon as the studio has heard of it. */
export const sent = createEffect(
  (outbox = inject(Outbox)) =>
    outbox.ended.pipe(
      filter(({ sent }) => sent.some(({ about }) => about.startsWith('making:'))),
      map(() => jobActions.watched()),
    ),
  { functional: true },
);

export const cancelling = createEffect(
  (actions = inject(Actions), api = inject(Api)) =>
    actions.pipe(
      ofType(jobActions.cancel),
      mergeMap(({ id }) =>
        api.delete('/api/v1/audio/conversions/{job_id}', { path: { job_id: id } }).pipe(
          mergeMap(() => EMPTY),
          catchError((error: unknown) =>
            of(jobActions.notCancelled({ id, status: 'processing', problem: problemOf(error) })).pipe(
              concatMap((told) => from([of(told), standing(api, id)]).pipe(concatMap((actions) => actions))),
            ),
          ),
        ),
      ),
    ),
  { functional: true },
);

export const tellingWhatFailed = createEffect(
  (actions = inject(Actions), notices = inject(Notices), words = inject(Words)) =>
    actions.pipe(
      ofType(jobActions.refused),
      tap(({ problem }) => {
        void notices.say(`${words.t(wordsFor(problem).headline)}. ${hintFor(problem, words)}`);
      }),
    ),
  { functional: true, dispatch: false },
);

/** What is ready can be heard at once where its song is on. */
export const handingOver = createEffect(
  (actions = inject(Actions), player = inject(Player)) =>
    actions.pipe(
      ofType(jobActions.ended),
      filter(({ job }) => job.status === 'completed' && job.song_id !== null),
      tap(({ job }) => void player.refresh(job.song_id ?? '')),
    ),
  { functional: true, dispatch: false },
);

export const leaving = createEffect(
  (session = inject(Session)) =>
    toObservable(session.user).pipe(
      filter((user) => user === null),
      map(() => jobActions.left()),
    ),
  { functional: true },
);

function page(api: Api, cursor: string | null) {
  return api.get('/api/v1/audio/conversions', { query: { cursor, limit: PAGE } }).pipe(
    map(({ items, next_cursor }) => jobActions.arrived({ jobs: items, next: next_cursor })),
    catchError((error: unknown) => of(jobActions.couldNotBeFetched({ problem: problemOf(error) }))),
  );
}

function standing(api: Api, id: string) {
  return api.get('/api/v1/audio/conversion-status/{job_id}', { path: { job_id: id } }).pipe(
    map((job: Schemas['Job']) =>
      isOpen(job) ? jobActions.arrived({ jobs: [job] }) : jobActions.ended({ job }),
    ),
    catchError(() => EMPTY), // asked again soon
  );
}
