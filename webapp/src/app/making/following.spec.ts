import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { Action } from '@ngrx/store';
import { provideMockStore } from '@ngrx/store/testing';
import { Subject, type Subscription } from 'rxjs';

import { Api } from '@app/api/api';
import { libraryActions } from '@app/library/library.state';
import { Session } from '@app/session/session';

import { following } from './jobs.effects';
import { jobs } from './jobs.state';
import { Live, type LiveEvent } from './live';

describe('following what the studio tells', () => {
  const user = signal<{ id: string } | null>({ id: 'asha' });
  let events: Subject<LiveEvent>;
  let told: Action[];
  let heard: Subscription;

  beforeEach(() => {
    vi.useFakeTimers();
    events = new Subject();
    told = [];
    user.set({ id: 'asha' });
    TestBed.configureTestingModule({
      providers: [
        provideMockStore({
          selectors: [
            { selector: jobs.selectOpen, value: [] },
            { selector: jobs.selectEntities, value: {} },
          ],
        }),
        { provide: Api, useValue: {} },
        { provide: Live, useValue: { events } },
        { provide: Session, useValue: { user } },
      ],
    });
    heard = TestBed.runInInjectionContext(() => following()).subscribe((action) => told.push(action));
    TestBed.tick();
  });
  afterEach(() => {
    heard.unsubscribe();
    TestBed.resetTestingModule();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  const looks = () => told.splice(0).filter(({ type }) => type === libraryActions.lookAgain.type).length;

  it('looks into the library while no socket opens, however often one is tried', () => {
    for (let pause = 0; pause < 10; pause++) {
      events.next({ type: 'closed' });
      vi.advanceTimersByTime(3_000);
    }
    expect(looks()).toBe(3);
  });

  it('looks at once when somebody comes back to the page, and never while nobody sees it', () => {
    const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
    document.dispatchEvent(new Event('visibilitychange'));
    vi.advanceTimersByTime(60_000);
    expect(looks()).toBe(0);
    visibility.mockReturnValue('visible');
    document.dispatchEvent(new Event('visibilitychange'));
    expect(looks()).toBe(1);
  });

  it('need not look while it hears', () => {
    events.next({ type: 'open' });
    vi.advanceTimersByTime(60_000);
    document.dispatchEvent(new Event('visibilitychange'));
    expect(looks()).toBe(0);
    events.next({ type: 'closed' });
    vi.advanceTimersByTime(10_000);
    expect(looks()).toBe(1);
  });

  it('has nothing to look at where nobody is signed in', () => {
    user.set(null);
    TestBed.tick();
    vi.advanceTimersByTime(60_000);
    expect(looks()).toBe(0);
  });
});
