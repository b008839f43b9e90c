import { inject } from '@angular/core';
import { toObservable } from '@angular/core/rxjs-interop';
import { Actions, createEffect, ofType } from '@ngrx/effects';
import { Store } from '@ngrx/store';
import {
  catchError,
  concatMap,
  debounceTime,
  EMPTY,
  exhaustMap,
  expand,
  filter,
  groupBy,
  map,
  merge,
  mergeMap,
  of,
  reduce,
  switchMap,
  take,
  takeUntil,
  tap,
  withLatestFrom,
} from 'rxjs';

import { Api, type Schemas } from '@app/api/api';
import { problemOf } from '@app/api/problem';
import { saving, wishesIn } from '@app/outbox/deeds';
import { Outbox } from '@app/outbox/outbox';
import { Notices } from '@app/shell/notices';
import { songActions } from '@app/songs/songs.state';
import { Words } from '@app/words/words';

import { type Entry, library, libraryActions, type Question } from './library.state';

const PAGE = 100;
const MOST_PAGES_OF_SAVED = 20;
const CHANGES_TOGETHER_MS = 400;

/** Only the newest question counts. */
export const asking = createEffect(
  (actions = inject(Actions), api = inject(Api), store = inject(Store)) =>
    actions.pipe(
      ofType(libraryActions.asked, libraryActions.left),
      withLatestFrom(store.select(library.selectQuestion)),
      switchMap(([action, question]) =>
        action.type === libraryActions.left.type ? EMPTY : ask(api, question, null, false),
      ),
    ),
  { functional: true },
);

export const askingForMore = createEffect(
  (actions = inject(Actions), api = inject(Api), store = inject(Store)) =>
    actions.pipe(
      ofType(libraryActions.askedForMore),
      withLatestFrom(store.select(library.selectQuestion), store.select(library.selectNext)),
      exhaustMap(([, question, next]) =>
        ask(api, question, next, true).pipe(
          takeUntil(actions.pipe(ofType(libraryActions.asked, libraryActions.left))),
        ),
      ),
    ),
  { functional: true },
);

/** What another device did is shown where a list is open. */
export const following = createEffect(
  (actions = inject(Actions), store = inject(Store)) =>
    actions.pipe(
      ofType(libraryActions.changed),
      debounceTime(CHANGES_TOGETHER_MS),
      withLatestFrom(store.select(library.selectQuestion), store.select(library.selectProgress)),
      filter(([, , progress]) => progress !== 'nothing'),
      map(([, question]) => libraryActions.asked({ question })),
    ),
  { functional: true },
);

/** Quietly: what stands there stays unless the studio has something else by now. */
export const looking = createEffect(
  (actions = inject(Actions), api = inject(Api), store = inject(Store)) =>
    actions.pipe(
      ofType(libraryActions.lookAgain),
      withLatestFrom(store.select(library.selectLibraryState)),
      filter(([, { progress }]) => progress === 'answered'),
      exhaustMap(([, { question, ids, saved }]) =>
        page(api, question, null).pipe(
          filter(({ items, next_cursor }) => {
            const isWhole = next_cursor === null && items.length === ids.length;
            const isBeginning = next_cursor !== null && items.length <= ids.length;
            const isSame = (item: Entry, place: number) =>
              item.song_id === ids[place] && item.saved === (saved[item.song_id] ?? false);
            return !(isWhole || isBeginning) || !items.every(isSame);
          }),
          concatMap((answer) => found(answer, false)),
          catchError(() => EMPTY), // it is looked again
          takeUntil(
            actions.pipe(
              ofType(
                libraryActions.asked,
                libraryActions.askedForMore,
                libraryActions.keep,
                libraryActions.left,
              ),
            ),
          ),
        ),
      ),
    ),
  { functional: true },
);

/** Once: rows that are not from the library know from this whether they are in it. */
export const knowingSaved = createEffect(
  (actions = inject(Actions), api = inject(Api)) =>
    actions.pipe(
      ofType(libraryActions.savedSongsWanted),
      exhaustMap(() =>
        page(api, { shelf: 'saved', sort: 'used', q: '' }, null).pipe(
          expand(({ next_cursor }) =>
            next_cursor ? page(api, { shelf: 'saved', sort: 'used', q: '' }, next_cursor) : EMPTY,
          ),
          take(MOST_PAGES_OF_SAVED),
          reduce<Schemas['LibraryItems'], string[]>(
            (ids, { items }) => [...ids, ...items.map((item) => item.song_id)],
            [],
          ),
          map((ids) => libraryActions.savedSongsKnown({ ids })),
          catchError(() => EMPTY), // saving works without
        ),
      ),
    ),
  { functional: true },
);

/** Once, the newest: what is made later is told of by its job. */
export const knowingMade = createEffect(
  (actions = inject(Actions), api = inject(Api)) =>
    actions.pipe(
      ofType(libraryActions.savedSongsWanted),
      exhaustMap(() =>
        page(api, { shelf: 'conversions', sort: 'used', q: '' }, null).pipe(
          map(({ items }) => items.filter((item) => item.has_instrumental).map((item) => item.song_id)),
          map((ids) => libraryActions.madeSongsKnown({ ids })),
          catchError(() => EMPTY), // then every song may be made, which costs nothing where it was
        ),
      ),
    ),
  { functional: true },
);

/** Of one song the last wish counts, in the order of the wishes. */
export const keeping = createEffect(
  (actions = inject(Actions), api = inject(Api), outbox = inject(Outbox)) =>
    actions.pipe(
      ofType(libraryActions.keep),
      groupBy(({ id }) => id),
      mergeMap((wishes) =>
        wishes.pipe(
          concatMap(({ id, saved }) => {
            const now = api.put('/api/v1/library/{song_id}', { path: { song_id: id }, body: { saved } });
            return outbox.attempt(saving(id, saved), now).pipe(
              map(() => libraryActions.kept({ id, saved })),
              catchError((error: unknown) =>
                of(libraryActions.notKept({ id, saved, problem: problemOf(error) })),
              ),
            );
          }),
        ),
      ),
    ),
  { functional: true },
);

/** What was done without a network stands, whatever older lists say. */
export const waitingToBeSent = createEffect(
  (actions = inject(Actions), outbox = inject(Outbox)) =>
    merge(
      toObservable(outbox.waiting),
      actions.pipe(ofType(libraryActions.found, libraryActions.savedSongsKnown)),
    ).pipe(map(() => libraryActions.wished({ saved: wishesIn(outbox.waiting()) }))),
  { functional: true },
);

/** Once the studio has heard of it, lists are as it has them. */
export const sent = createEffect(
  (outbox = inject(Outbox), notices = inject(Notices), words = inject(Words)) =>
    outbox.ended.pipe(
      tap(({ refused }) => {
        if (refused.length) void notices.say(words.t('later.refused', { count: refused.length }));
      }),
      map(() => libraryActions.changed()),
    ),
  { functional: true },
);

export const offeringUndo = createEffect(
  (actions = inject(Actions), store = inject(Store), notices = inject(Notices), words = inject(Words)) =>
    actions.pipe(
      ofType(libraryActions.keep),
      filter(({ isUndo }) => !isUndo),
      tap(({ id, saved }) => {
        const undo = () => store.dispatch(libraryActions.keep({ id, saved: !saved, isUndo: true }));
        const text = words.t(saved ? 'library.is-saved' : 'library.is-not-saved');
        void notices.say(text, { name: words.t('library.undo'), act: undo });
      }),
    ),
  { functional: true, dispatch: false },
);

export const tellingWhatFailed = createEffect(
  (actions = inject(Actions), notices = inject(Notices), words = inject(Words)) =>
    actions.pipe(
      ofType(libraryActions.notKept),
      tap(() => void notices.say(words.t('library.not-kept'))),
    ),
  { functional: true, dispatch: false },
);

function ask(api: Api, question: Question, cursor: string | null, isMore: boolean) {
  return page(api, question, cursor).pipe(
    concatMap((answer) => found(answer, isMore)),
    catchError((error: unknown) => of(libraryActions.failed({ problem: problemOf(error) }))),
  );
}

function found({ items, next_cursor }: Schemas['LibraryItems'], isMore: boolean) {
  return [
    songActions.arrived({ songs: items.map((item) => item.song) }),
    libraryActions.found({ entries: items, next: next_cursor, isMore }),
  ];
}

function page(api: Api, { shelf, sort, q }: Question, cursor: string | null) {
  return api.get('/api/v1/library', { query: { shelf, sort, q, cursor, limit: PAGE } });
}
