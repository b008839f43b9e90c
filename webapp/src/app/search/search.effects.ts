import { inject } from '@angular/core';
import { Actions, createEffect, ofType } from '@ngrx/effects';
import { Store } from '@ngrx/store';
import {
  catchError,
  concatMap,
  EMPTY,
  exhaustMap,
  from,
  of,
  switchMap,
  takeUntil,
  withLatestFrom,
} from 'rxjs';

import { Api, type Schemas } from '@app/api/api';
import { problemOf } from '@app/api/problem';
import { Session } from '@app/session/session';
import { songActions } from '@app/songs/songs.state';

import { search, searchActions, type Found, type Question } from './search.state';

const PAGE = 20;
const TRENDING = 12;
const OWN = 5;

/** Only the newest question counts: an answer to an older one is not waited for. */
export const asking = createEffect(
  (actions = inject(Actions), api = inject(Api), store = inject(Store)) =>
    actions.pipe(
      ofType(searchActions.asked, searchActions.askedAgain, searchActions.left),
      withLatestFrom(store.select(search.selectQuestion)),
      switchMap(([action, question]) =>
        action.type === searchActions.left.type
          ? EMPTY
          : ask(api, question, 0).pipe(
              concatMap((page) => [
                songActions.arrived({ songs: page.items }),
                searchActions.found({ found: found(page) }),
              ]),
              catchError((error: unknown) => of(searchActions.failed({ problem: problemOf(error) }))),
            ),
      ),
    ),
  { functional: true },
);

/** Beside the catalogue, the library of whoever is signed in: the answer to one does not wait for the other. */
export const askingOwn = createEffect(
  (actions = inject(Actions), api = inject(Api), session = inject(Session)) =>
    actions.pipe(
      ofType(searchActions.asked, searchActions.left),
      switchMap((action) =>
        action.type === searchActions.asked.type
          ? from(session.start()).pipe(
              switchMap(() => (session.user() ? askOwn(api, action.question) : of(NOTHING_OWN))),
            )
          : EMPTY,
      ),
    ),
  { functional: true },
);

export const askingForMore = createEffect(
  (actions = inject(Actions), api = inject(Api), store = inject(Store)) =>
    actions.pipe(
      ofType(searchActions.askedForMore),
      withLatestFrom(store.select(search.selectQuestion), store.select(search.selectIds)),
      exhaustMap(([, question, ids]) =>
        ask(api, question, ids.length).pipe(
          concatMap((page) => [
            songActions.arrived({ songs: page.items }),
            searchActions.foundMore({ found: found(page) }),
          ]),
          catchError((error: unknown) => of(searchActions.failed({ problem: problemOf(error) }))),
          takeUntil(actions.pipe(ofType(searchActions.asked, searchActions.left))),
        ),
      ),
    ),
  { functional: true },
);

export const trending = createEffect(
  (actions = inject(Actions), api = inject(Api)) =>
    actions.pipe(
      ofType(searchActions.trendingWanted),
      switchMap(({ language }) =>
        api.get('/api/v1/music/trending', { query: { limit: TRENDING, language: language || null } }).pipe(
          concatMap(({ items }) => [
            songActions.arrived({ songs: items }),
            searchActions.trendingFound({ ids: items.map((song) => song.id) }),
          ]),
          catchError((error: unknown) => of(searchActions.trendingFailed({ problem: problemOf(error) }))),
        ),
      ),
    ),
  { functional: true },
);

function ask(api: Api, { q, language, source }: Question, offset: number) {
  return api.get('/api/v1/music/search', {
    query: { q, source, offset, limit: PAGE, language: language || null },
  });
}

const NOTHING_OWN = searchActions.ownFound({ ids: [] });

function askOwn(api: Api, { q, language, source }: Question) {
  if (source !== 'all') return of(NOTHING_OWN);
  return api.get('/api/v1/library', { query: { q, limit: OWN } }).pipe(
    concatMap(({ items }) => {
      const entries = items.filter(({ song }) => !language || song.language === language);
      return [
        songActions.arrived({ songs: entries.map(({ song }) => song) }),
        searchActions.ownFound({ ids: entries.map(({ song_id }) => song_id) }),
      ];
    }),
    catchError(() => of(NOTHING_OWN)), // what is wrong the catalogue's answer tells, a line below
  );
}

function found(page: Schemas['SearchPage']): Found {
  return {
    ids: page.items.map((song) => song.id),
    total: page.total,
    partial: page.partial,
    sources: Object.keys(page.sources),
  };
}
