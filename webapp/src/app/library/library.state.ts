import {
  createActionGroup,
  createFeature,
  createReducer,
  createSelector,
  emptyProps,
  on,
  props,
} from '@ngrx/store';

import type { Schemas } from '@app/api/api';
import type { Problem } from '@app/api/problem';
import { jobActions } from '@app/making/jobs.state';
import { songs, type Song } from '@app/songs/songs.state';

export type Entry = Schemas['LibraryItem'];
export const SHELVES = ['recent', 'saved', 'conversions'] as const;
export type Shelf = (typeof SHELVES)[number];
export type Sort = 'used' | 'title';

/** Which part of the library, as the address says it: `/library?shelf=saved&sort=title&q=tum`. */
export interface Question {
  readonly shelf: Shelf;
  readonly sort: Sort;
  readonly q: string;
}

export const libraryActions = createActionGroup({
  source: 'Library',
  events: {
    asked: props<{ question: Question }>(),
    'asked for more': emptyProps(),
    /** Something in it is not as it was: somewhere else, or because of a job. */
    changed: emptyProps(),
    /** Something may be other than it was, and nobody would tell of it. */
    'look again': emptyProps(),
    found: props<{ entries: readonly Entry[]; next: string | null; isMore: boolean }>(),
    failed: props<{ problem: Problem }>(),
    'saved songs wanted': emptyProps(),
    'saved songs known': props<{ ids: readonly string[] }>(),
    'made songs known': props<{ ids: readonly string[] }>(),
    /** By song: what was wanted without a network, and the studio does not know yet. */
    wished: props<{ saved: Readonly<Record<string, boolean>> }>(),
    keep: props<{ id: string; saved: boolean; isUndo?: boolean }>(),
    kept: props<{ id: string; saved: boolean }>(),
    'not kept': props<{ id: string; saved: boolean; problem: Problem }>(),
    left: emptyProps(),
  },
});

type Progress = 'nothing' | 'asking' | 'asking for more' | 'answered' | 'failed';

interface LibraryState {
  readonly question: Question;
  readonly ids: readonly string[];
  readonly next: string | null;
  readonly progress: Progress;
  readonly problem: Problem | null;
  readonly saved: Readonly<Record<string, boolean>>;
  /** Those of which music without the voice was made: singing to them begins at once. */
  readonly made: ReadonlySet<string>;
}

const INITIAL: LibraryState = {
  question: { shelf: 'recent', sort: 'used', q: '' },
  ids: [],
  next: null,
  progress: 'nothing',
  problem: null,
  saved: {},
  made: new Set(),
};

export const library = createFeature({
  name: 'library',
  reducer: createReducer<LibraryState>(
    INITIAL,
    on(libraryActions.asked, (state, { question }) => ({
      ...state,
      ids: isSame(question, state.question) ? state.ids : [],
      question,
      progress: 'asking',
      problem: null,
    })),
    on(libraryActions.askedForMore, (state) => ({ ...state, progress: 'asking for more' })),
    on(libraryActions.found, (state, { entries, next, isMore }) => {
      const ids = entries.map((entry) => entry.song_id);
      const known = Object.fromEntries(entries.map((entry) => [entry.song_id, entry.saved]));
      return {
        ...state,
        ids: isMore ? [...new Set([...state.ids, ...ids])] : ids,
        saved: { ...state.saved, ...known },
        made: union(
          state.made,
          entries.filter((entry) => entry.has_instrumental).map((entry) => entry.song_id),
        ),
        next,
        progress: 'answered',
        problem: null,
      };
    }),
    on(libraryActions.failed, (state, { problem }) => ({ ...state, problem, progress: 'failed' })),
    on(libraryActions.savedSongsKnown, (state, { ids }) => ({
      ...state,
      saved: { ...Object.fromEntries(ids.map((id) => [id, true])), ...state.saved },
    })),
    on(libraryActions.madeSongsKnown, (state, { ids }) => ({ ...state, made: union(state.made, ids) })),
    on(jobActions.ended, (state, { job }) =>
      job.status === 'completed' && job.song_id
        ? { ...state, made: union(state.made, [job.song_id]) }
        : state,
    ),
    on(libraryActions.wished, (state, { saved }) => ({ ...state, saved: { ...state.saved, ...saved } })),
    // Shown at once, and taken back where it did not work out.
    on(libraryActions.keep, (state, { id, saved }) => ({ ...state, saved: { ...state.saved, [id]: saved } })),
    on(libraryActions.notKept, (state, { id, saved }) => ({
      ...state,
      saved: { ...state.saved, [id]: !saved },
    })),
    on(libraryActions.left, () => INITIAL),
  ),
  extraSelectors: ({ selectIds, selectNext, selectProgress, selectSaved, selectQuestion }) => ({
    selectSongs: createSelector(
      selectIds,
      selectQuestion,
      selectSaved,
      songs.selectEntities,
      (ids, { shelf }, saved, known) =>
        ids
          .filter((id) => shelf !== 'saved' || saved[id] !== false)
          .map((id) => known[id])
          .filter((song): song is Song => song !== undefined),
    ),
    selectHasMore: createSelector(
      selectNext,
      selectProgress,
      (next, progress) => next !== null && progress === 'answered',
    ),
    selectIsSaved: (id: string) => createSelector(selectSaved, (saved) => saved[id] === true),
  }),
});

function union(known: ReadonlySet<string>, ids: readonly string[]): ReadonlySet<string> {
  return new Set([...known, ...ids]);
}

function isSame(one: Question, other: Question): boolean {
  return one.shelf === other.shelf && one.sort === other.sort && one.q === other.q;
}
