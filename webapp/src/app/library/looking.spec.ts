import { TestBed } from '@angular/core/testing';
import { provideMockActions } from '@ngrx/effects/testing';
import type { Action } from '@ngrx/store';
import { provideMockStore } from '@ngrx/store/testing';
import { NEVER, of, Subject, throwError } from 'rxjs';

import { Api } from '@app/api/api';

import { looking } from './library.effects';
import { library, libraryActions } from './library.state';

const QUESTION = { shelf: 'recent', sort: 'used', q: '' } as const;
const item = (id: string, saved = false) => ({ song_id: id, saved, song: { id } });
const page = (items: object[], next: string | null = null) => of({ items, next_cursor: next });

describe('a library that nobody tells of changes', () => {
  const get = vi.fn();
  let actions: Subject<Action>;

  beforeEach(() => {
    actions = new Subject();
    get.mockReset();
  });

  /** What comes of looking again at a list that shows these. */
  const look = (ids: readonly string[], shown: object = {}): Action[] => {
    const state = { question: QUESTION, ids, next: null, progress: 'answered', saved: {}, ...shown };
    TestBed.configureTestingModule({
      providers: [
        provideMockActions(() => actions),
        provideMockStore({ selectors: [{ selector: library.selectLibraryState, value: state }] }),
        { provide: Api, useValue: { get } },
      ],
    });
    const told: Action[] = [];
    TestBed.runInInjectionContext(() => looking()).subscribe((action) => told.push(action));
    actions.next(libraryActions.lookAgain());
    return told;
  };

  it('shows what has come', () => {
    get.mockReturnValue(page([item('new')]));
    const [, found] = look([]);
    expect(found).toEqual(
      libraryActions.found({ entries: [item('new')] as never, next: null, isMore: false }),
    );
  });

  it('shows what was saved, and what has gone, somewhere else', () => {
    get.mockReturnValue(page([item('a', true)]));
    expect(look(['a'])).toHaveLength(2);
    TestBed.resetTestingModule();
    expect(look(['a', 'b'], { saved: { a: true } })).toHaveLength(2);
  });

  it('stays as it is where nothing has changed, however far somebody has scrolled', () => {
    get.mockReturnValue(page([item('a'), item('b', true)], 'next'));
    expect(look(['a', 'b', 'c', 'd'], { saved: { b: true } })).toEqual([]);
    expect(get).toHaveBeenCalledOnce();
  });

  it('stays as it is where nobody answers', () => {
    get.mockReturnValue(throwError(() => ({ code: 'offline', status: 0 })));
    expect(look(['a'])).toEqual([]);
  });

  it.each(['nothing', 'asking', 'asking for more', 'failed'])('is not looked at while: %s', (progress) => {
    look(['a'], { progress });
    expect(get).not.toHaveBeenCalled();
  });

  it('lets a new question go before', () => {
    const late = new Subject<object>();
    get.mockReturnValueOnce(late).mockReturnValue(NEVER);
    const told = look([]);
    actions.next(libraryActions.asked({ question: { ...QUESTION, q: 'tum' } }));
    late.next({ items: [item('new')], next_cursor: null });
    expect(told).toEqual([]);
  });
});
