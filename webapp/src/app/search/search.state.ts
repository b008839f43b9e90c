import {
  createActionGroup,
  createFeature,
  createReducer,
  createSelector,
  emptyProps,
  on,
  props,
} from '@ngrx/store';

import type { Problem } from '@app/api/problem';
import { songs, type Song } from '@app/songs/songs.state';

/** What is looked for, as the address says it: `/?q=tum+hi+ho&language=hi&source=all`. */
export interface Question {
  readonly q: string;
  /** ISO 639, or empty for all. */
  readonly language: string;
  readonly source: string;
}

/** One page of an answer. */
export interface Found {
  readonly ids: readonly string[];
  readonly total: number;
  readonly partial: boolean;
  /** The names of the sources that were asked. */
  readonly sources: readonly string[];
}

export const searchActions = createActionGroup({
  source: 'Search',
  events: {
    asked: props<{ question: Question }>(),
    'asked again': emptyProps(),
    'asked for more': emptyProps(),
    left: emptyProps(),
    found: props<{ found: Found }>(),
    'found more': props<{ found: Found }>(),
    failed: props<{ problem: Problem }>(),
    'trending wanted': props<{ language: string }>(),
    'trending found': props<{ ids: readonly string[] }>(),
    'trending failed': props<{ problem: Problem }>(),
    /** What the person has of it: their own recordings are in nobody's catalogue. */
    'own found': props<{ ids: readonly string[] }>(),
  },
});

type Progress = 'nothing' | 'asking' | 'asking for more' | 'answered' | 'failed';

interface SearchState extends Found {
  readonly question: Question;
  readonly progress: Progress;
  readonly problem: Problem | null;
  /** Null while they are on their way. */
  readonly trending: readonly string[] | null;
  readonly own: readonly string[];
}

const NOTHING: Found = { ids: [], total: 0, partial: false, sources: [] };
const INITIAL: SearchState = {
  ...NOTHING,
  question: { q: '', language: '', source: 'all' },
  progress: 'nothing',
  problem: null,
  trending: null,
  own: [],
};

export const search = createFeature({
  name: 'search',
  reducer: createReducer<SearchState>(
    INITIAL,
    // The last answer stays to be seen until the next one is there: lists that blink can't be read while typing.
    on(searchActions.asked, (state, { question }) => ({
      ...state,
      question,
      progress: 'asking',
      problem: null,
    })),
    on(searchActions.askedAgain, (state) => ({ ...state, progress: 'asking', problem: null })),
    on(searchActions.askedForMore, (state) => ({ ...state, progress: 'asking for more' })),
    on(searchActions.left, (state) => ({
      ...state,
      ...NOTHING,
      question: INITIAL.question,
      progress: 'nothing',
      own: [],
    })),
    on(searchActions.found, (state, { found }) => ({ ...state, ...found, progress: 'answered' })),
    on(searchActions.foundMore, (state, { found }) => ({
      ...state,
      ...found,
      ids: [...new Set([...state.ids, ...found.ids])],
      progress: 'answered',
    })),
    on(searchActions.failed, (state, { problem }) => ({ ...state, ...NOTHING, problem, progress: 'failed' })),
    on(searchActions.trendingFound, (state, { ids }) => ({ ...state, trending: ids })),
    on(searchActions.ownFound, (state, { ids }) => ({ ...state, own: ids })),
    on(searchActions.trendingFailed, (state) => ({ ...state, trending: state.trending ?? [] })),
  ),
  extraSelectors: ({ selectIds, selectOwn, selectTrending, selectTotal }) => ({
    selectSongs: createSelector(selectIds, songs.selectEntities, (ids, known) => pick(ids, known)),
    /** Those that the list of all does not show anyway. */
    selectOwnSongs: createSelector(selectOwn, selectIds, songs.selectEntities, (own, ids, known) =>
      pick(
        own.filter((id) => !ids.includes(id)),
        known,
      ),
    ),
    selectTrendingSongs: createSelector(
      selectTrending,
      songs.selectEntities,
      (ids, known) => ids && pick(ids, known),
    ),
    selectHasMore: createSelector(
      selectIds,
      selectTotal,
      (ids, total) => ids.length > 0 && ids.length < total,
    ),
  }),
});

function pick(ids: readonly string[], known: Readonly<Record<string, Song | undefined>>): readonly Song[] {
  return ids.map((id) => known[id]).filter((song) => song !== undefined);
}
