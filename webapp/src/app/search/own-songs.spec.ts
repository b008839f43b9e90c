import { TestBed } from '@angular/core/testing';
import { provideMockActions } from '@ngrx/effects/testing';
import type { Action } from '@ngrx/store';
import { firstValueFrom, of, Subject, take, throwError, toArray } from 'rxjs';

import { Api } from '@app/api/api';
import { Session } from '@app/session/session';
import type { Song } from '@app/songs/songs.state';

import { askingOwn } from './search.effects';
import { search, searchActions, type Question } from './search.state';

const QUESTION: Question = { q: 'lithium', language: '', source: 'all' };
const entry = (id: string, language: string) => ({ song_id: id, song: { id, language } });

describe('what one has oneself', () => {
  const get = vi.fn();
  let actions: Subject<Action>;
  let user: object | null;

  beforeEach(() => {
    actions = new Subject();
    user = { id: 'asha' };
    get.mockReset().mockReturnValue(of({ items: [entry('1', 'en'), entry('2', 'ta')] }));
    TestBed.configureTestingModule({
      providers: [
        provideMockActions(() => actions),
        { provide: Api, useValue: { get } },
        { provide: Session, useValue: { start: () => Promise.resolve(), user: () => user } },
      ],
    });
  });

  const ask = async (question: Question, count: number) => {
    const seen = TestBed.runInInjectionContext(() => askingOwn()).pipe(take(count), toArray());
    const told = firstValueFrom(seen);
    actions.next(searchActions.asked({ question }));
    return told;
  };

  it('is asked for beside the catalogue', async () => {
    const [songs, found] = await ask(QUESTION, 2);
    expect(songs?.type).toBe('[Songs] arrived');
    expect(found).toEqual(searchActions.ownFound({ ids: ['1', '2'] }));
    expect(get).toHaveBeenCalledWith('/api/v1/library', { query: { q: 'lithium', limit: 5 } });
  });

  it('keeps to the language that was chosen', async () => {
    const [, found] = await ask({ ...QUESTION, language: 'ta' }, 2);
    expect(found).toEqual(searchActions.ownFound({ ids: ['2'] }));
  });

  it('is nothing for whoever is not signed in, and nobody is asked', async () => {
    user = null;
    expect(await ask(QUESTION, 1)).toEqual([searchActions.ownFound({ ids: [] })]);
    expect(get).not.toHaveBeenCalled();
  });

  it('leaves the catalogue alone where it cannot be told', async () => {
    get.mockReturnValue(throwError(() => ({ code: 'unavailable', status: 503 })));
    expect(await ask(QUESTION, 1)).toEqual([searchActions.ownFound({ ids: [] })]);
  });

  it('is not shown twice', () => {
    const known = { '1': { id: '1' } as Song, '2': { id: '2' } as Song };
    expect(search.selectOwnSongs.projector(['1', '2'], ['2'], known)).toEqual([known['1']]);
  });
});
