import { createEntityAdapter, type EntityState } from '@ngrx/entity';
import { createActionGroup, createFeature, createReducer, createSelector, on, props } from '@ngrx/store';

import type { Schemas } from '@app/api/api';
import type { Problem } from '@app/api/problem';

export type Song = Schemas['SongItem'];

export const songActions = createActionGroup({
  source: 'Songs',
  events: {
    wanted: props<{ id: string }>(),
    arrived: props<{ songs: readonly Song[] }>(),
    failed: props<{ id: string; problem: Problem }>(),
  },
});

interface SongsState extends EntityState<Song> {
  /** Why a song that was wanted is not here. */
  readonly problems: Readonly<Record<string, Problem>>;
}

const adapter = createEntityAdapter<Song>();

/** Every song that any screen has been told of, once. */
export const songs = createFeature({
  name: 'songs',
  reducer: createReducer<SongsState>(
    adapter.getInitialState({ problems: {} }),
    on(songActions.arrived, (state, { songs }) => adapter.upsertMany([...songs], state)),
    on(songActions.wanted, (state, { id }) => ({ ...state, problems: without(state.problems, id) })),
    on(songActions.failed, (state, { id, problem }) => ({
      ...state,
      problems: { ...state.problems, [id]: problem },
    })),
  ),
  extraSelectors: ({ selectEntities, selectProblems }) => ({
    selectSong: (id: string) => createSelector(selectEntities, (entities) => entities[id]),
    selectProblemWith: (id: string) => createSelector(selectProblems, (problems) => problems[id]),
  }),
});

function without<T>(record: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}
