import { type Job, jobActions, jobs } from './jobs.state';

function job(id: string, status: Job['status'], minute: number): Job {
  return { id, status, created_at: `2026-11-24T12:${minute}:00Z` } as Job;
}

describe('what is over', () => {
  const state = jobs.reducer(
    undefined,
    jobActions.arrived({
      jobs: [
        job('made', 'completed', 10),
        job('failed', 'failed', 11),
        job('waiting', 'queued', 12),
        job('cancelled', 'cancelled', 13),
        job('made later', 'completed', 14),
      ],
    }),
  );
  const named = (found: readonly Job[]): string[] => found.map(({ id }) => id);

  it('is ready where it was made, the latest first', () => {
    expect(named(jobs.selectReady({ jobs: state }))).toEqual(['made later', 'made']);
  });

  it('is not made where it failed or was cancelled, and nothing that is still open', () => {
    expect(named(jobs.selectNotMade({ jobs: state }))).toEqual(['cancelled', 'failed']);
  });
});
