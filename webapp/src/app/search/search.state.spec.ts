import { search, searchActions, type Found, type Question } from './search.state';

const QUESTION: Question = { q: 'tum hi ho', language: '', source: 'all' };
const page = (ids: string[], total: number): Found => ({ ids, total, partial: false, sources: ['local'] });
const after = (...actions: Parameters<typeof search.reducer>[1][]) =>
  actions.reduce(search.reducer, search.reducer(undefined, { type: 'begin' }));

describe('search', () => {
  it('keeps the last answer in sight until the next one is there', () => {
    const asked = searchActions.asked({ question: QUESTION });
    const state = after(asked, searchActions.found({ found: page(['1', '2'], 2) }), asked);
    expect([state.progress, state.ids]).toEqual(['asking', ['1', '2']]);
  });

  it('adds further pages and shows no song twice', () => {
    const state = after(
      searchActions.asked({ question: QUESTION }),
      searchActions.found({ found: page(['1', '2'], 4) }),
      searchActions.foundMore({ found: page(['2', '3'], 4) }),
    );
    expect(state.ids).toEqual(['1', '2', '3']);
    expect(search.selectHasMore.projector(state.ids, state.total)).toBe(true);
    expect(search.selectHasMore.projector(['1', '2', '3', '4'], 4)).toBe(false);
  });

  it('shows no old songs beside a problem', () => {
    const state = after(
      searchActions.found({ found: page(['1'], 1) }),
      searchActions.failed({ problem: { code: 'unavailable', status: 503 } }),
    );
    expect([state.progress, state.ids]).toEqual(['failed', []]);
  });

  it('forgets the answer with the question, and keeps what is trending', () => {
    const state = after(
      searchActions.trendingFound({ ids: ['9'] }),
      searchActions.found({ found: page(['1'], 1) }),
      searchActions.left(),
    );
    expect([state.progress, state.ids, state.trending]).toEqual(['nothing', [], ['9']]);
  });
});
