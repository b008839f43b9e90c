import { signal, type Signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';

import { byAndBy } from './by-and-by';

describe('byAndBy', () => {
  const all = signal<readonly string[] | null>(null);
  const idle = new Map<number, () => void>();
  let handle = 0;

  const show = (arrived: { id: number } | null): Signal<readonly string[] | null> => {
    const router = { lastSuccessfulNavigation: signal(arrived) };
    TestBed.configureTestingModule({ providers: [{ provide: Router, useValue: router }] });
    return TestBed.runInInjectionContext(() => byAndBy(all, 2));
  };
  const rest = () => {
    TestBed.tick();
    const deeds = [...idle.values()];
    idle.clear();
    deeds.forEach((deed) => deed());
  };

  beforeEach(() => {
    all.set(null);
    idle.clear();
    vi.stubGlobal('requestIdleCallback', (deed: () => void) => {
      idle.set(++handle, deed);
      return handle;
    });
    vi.stubGlobal('cancelIdleCallback', (number: number) => idle.delete(number));
  });
  afterEach(() => {
    TestBed.resetTestingModule();
    vi.unstubAllGlobals();
  });

  it('shows the first ones at once and each other when there is time', () => {
    const shown = show(null);
    rest();
    expect(shown()).toBeNull();
    all.set(['a', 'b', 'c', 'd']);
    expect(shown()).toEqual(['a', 'b']);
    rest();
    expect(shown()).toEqual(['a', 'b', 'c']);
    rest();
    expect(shown()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('does so also in a part of the first screen that comes a little later', () => {
    const shown = show({ id: 1 });
    all.set(['a', 'b', 'c', 'd']);
    expect(shown()).toEqual(['a', 'b']);
  });

  it('hurries for later lists, once a whole one was seen', () => {
    const shown = show(null);
    all.set(['a', 'b', 'c']);
    rest();
    rest();
    all.set(['e', 'f', 'g', 'h', 'i']);
    expect(shown()).toHaveLength(5);
  });

  it('waits for nothing twice when the list changes meanwhile', () => {
    const shown = show(null);
    all.set(['a', 'b', 'c', 'd']);
    TestBed.tick();
    all.set(['e', 'f', 'g', 'h', 'i']);
    rest();
    expect(shown()).toEqual(['e', 'f', 'g']);
  });

  it('is whole on a screen that is not the first', () => {
    const shown = show({ id: 2 });
    all.set(['a', 'b', 'c', 'd']);
    expect(shown()).toHaveLength(4);
    rest();
    expect(idle.size).toBe(0);
  });
});
