import { TestBed } from '@angular/core/testing';
import { provideMockActions } from '@ngrx/effects/testing';
import type { Action } from '@ngrx/store';
import { provideMockStore } from '@ngrx/store/testing';
import { of, Subject, throwError, type Observable } from 'rxjs';

import { Api } from '@app/api/api';

import { asking } from './search.effects';
import { search, searchActions, type Question } from './search.state';

const question = (q: string): Question => ({ q, language: '', source: 'all' });
const answer = (id: string) => ({ items: [{ id }], total: 1, partial: false, sources: { local: 'ok' } });

describe('asking', () => {
  let actions: Subject<Action>;
  let seen: Action[];
  let answers: Observable<unknown>[];

  beforeEach(() => {
    actions = new Subject();
    seen = [];
    answers = [];
    TestBed.configureTestingModule({
      providers: [
        provideMockActions(() => actions),
        provideMockStore({ selectors: [{ selector: search.selectQuestion, value: question('tum') }] }),
        { provide: Api, useValue: { get: () => answers.shift() } },
      ],
    });
    TestBed.runInInjectionContext(() => asking()).subscribe((action) => seen.push(action));
  });

  it('brings the songs first, then the list of them', () => {
    answers.push(of(answer('1')));
    actions.next(searchActions.asked({ question: question('tum') }));
    expect(seen.map((action) => action.type)).toEqual(['[Songs] arrived', '[Search] found']);
  });

  it('drops the answer to a question that nobody asks any more', () => {
    const [slow, quick] = [new Subject(), new Subject()];
    answers.push(slow, quick);
    actions.next(searchActions.asked({ question: question('tu') }));
    actions.next(searchActions.asked({ question: question('tum') }));
    quick.next(answer('new'));
    slow.next(answer('old'));
    expect(seen).toHaveLength(2);
    expect(JSON.stringify(seen)).not.toContain('old');
  });

  it('goes on after a failure', () => {
    answers.push(
      throwError(() => ({ code: 'unavailable', status: 503 })),
      of(answer('1')),
    );
    actions.next(searchActions.asked({ question: question('tum') }));
    actions.next(searchActions.askedAgain());
    expect(seen.map((action) => action.type)).toEqual([
      '[Search] failed',
      '[Songs] arrived',
      '[Search] found',
    ]);
  });

  it('waits for nothing once the search is left', () => {
    const slow = new Subject();
    answers.push(slow);
    actions.next(searchActions.asked({ question: question('tum') }));
    actions.next(searchActions.left());
    slow.next(answer('late'));
    expect(seen).toEqual([]);
  });
});
