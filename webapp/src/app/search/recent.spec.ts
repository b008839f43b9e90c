import { TestBed } from '@angular/core/testing';

import { RecentSearches } from './recent';

describe('RecentSearches', () => {
  beforeEach(() => localStorage.clear());

  it('keeps eight, the newest first, each once', () => {
    const recent = TestBed.inject(RecentSearches);
    for (const query of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', ' C ']) recent.remember(query);
    expect(recent.all()).toEqual(['C', 'i', 'h', 'g', 'f', 'e', 'd', 'b']);
  });

  it('remembers nothing where there is nothing, and forgets when told', () => {
    const recent = TestBed.inject(RecentSearches);
    recent.remember('  ');
    expect(recent.all()).toEqual([]);
    recent.remember('தமிழ்');
    recent.forget();
    expect(localStorage.getItem('melody.searches')).toBe('[]');
  });

  it.each(['{"a":1}', '[1,2]', 'no json'])('starts anew from what it can not read: %s', (kept) => {
    localStorage.setItem('melody.searches', kept);
    expect(TestBed.inject(RecentSearches).all()).toEqual([]);
  });
});
