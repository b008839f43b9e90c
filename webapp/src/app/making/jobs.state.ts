import { createEntityAdapter, type EntityState } from '@ngrx/entity';
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

import type { Progressed } from './live';

export type Job = Schemas['Job'];
export type Wish = Pick<Schemas['ConversionWish'], 'stems' | 'key' | 'tempo' | 'guide_vocal' | 'quality'>;

export const jobActions = createActionGroup({
  source: 'Jobs',
  events: {
    /** Somebody looks at them: from now on they are kept up to date. */
    watched: emptyProps(),
    'page wanted': emptyProps(),
    arrived: props<{ jobs: readonly Job[]; next?: string | null }>(),
    'could not be fetched': props<{ problem: Problem }>(),
    progressed: props<{ event: Progressed }>(),
    ended: props<{ job: Job }>(),
    wanted: props<{ songId: string; title: string; wish: Wish; name: string }>(),
    refused: props<{ title: string; problem: Problem }>(),
    cancel: props<{ id: string }>(),
    'not cancelled': props<{ id: string; status: Job['status']; problem: Problem }>(),
    left: emptyProps(),
  },
});

interface JobsState extends EntityState<Job> {
  readonly progress: 'nothing' | 'asking' | 'answered' | 'failed';
  readonly problem: Problem | null;
  readonly next: string | null;
}

const adapter = createEntityAdapter<Job>({
  sortComparer: (one, other) => other.created_at.localeCompare(one.created_at),
});
const INITIAL: JobsState = adapter.getInitialState({ progress: 'nothing', problem: null, next: null });

export function isOpen({ status }: Pick<Job, 'status'>): boolean {
  return status === 'queued' || status === 'processing';
}

/** What is made for this person, and what was. */
export const jobs = createFeature({
  name: 'jobs',
  reducer: createReducer<JobsState>(
    INITIAL,
    on(jobActions.watched, jobActions.pageWanted, (state) => ({
      ...state,
      progress: 'asking',
      problem: null,
    })),
    on(jobActions.arrived, (state, { jobs, next }) => ({
      ...adapter.upsertMany([...jobs], state),
      progress: 'answered',
      next: next === undefined ? state.next : next,
    })),
    on(jobActions.couldNotBeFetched, (state, { problem }) => ({ ...state, progress: 'failed', problem })),
    on(jobActions.progressed, (state, { event }) =>
      adapter.updateOne({ id: event.job_id, changes: changesOf(event) }, state),
    ),
    on(jobActions.ended, (state, { job }) => adapter.upsertOne(job, state)),
    on(jobActions.cancel, (state, { id }) =>
      adapter.updateOne({ id, changes: { status: 'cancelled' } }, state),
    ),
    on(jobActions.notCancelled, (state, { id, status }) =>
      adapter.updateOne({ id, changes: { status } }, state),
    ),
    on(jobActions.left, () => INITIAL),
  ),
  extraSelectors: ({ selectJobsState }) => {
    const { selectAll } = adapter.getSelectors();
    const all = createSelector(selectJobsState, selectAll);
    return {
      selectAll: all,
      selectOpen: createSelector(all, (jobs) => jobs.filter(isOpen).reverse()),
      selectReady: createSelector(all, (jobs) => jobs.filter(({ status }) => status === 'completed')),
      selectNotMade: createSelector(all, (jobs) =>
        jobs.filter((job) => !isOpen(job) && job.status !== 'completed'),
      ),
    };
  },
});

function changesOf({ status, progress, place, seconds_left }: Progressed): Partial<Job> {
  return { status, progress, place, estimated_time: Math.ceil(seconds_left) };
}
