import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';

import { Session } from '@app/session/session';

import { bounded, ChosenBefore } from './chosen';

describe('What a song was sung like', () => {
  const personId = signal<string | null>('asha');
  const isKnown = signal(true);
  const user = signal<{ preferences: Record<string, unknown> } | null>(null);
  const chosenBefore = () => TestBed.inject(ChosenBefore);

  beforeEach(() => {
    localStorage.clear();
    personId.set('asha');
    user.set({ preferences: {} });
    TestBed.configureTestingModule({
      providers: [{ provide: Session, useValue: { personId, isKnown, user } }],
    });
  });

  it('is remembered for each song', () => {
    chosenBefore().keep('a', { voice: 40, key: -2, tempo: 0.9 });
    chosenBefore().keep('b', { voice: 0, key: 3, tempo: 1 });
    expect(chosenBefore().of('a')).toEqual({ voice: 40, key: -2, tempo: 0.9 });
    expect(chosenBefore().of('b')).toEqual({ voice: 0, key: 3, tempo: 1 });
  });

  it('is, for a new song, as the account says', () => {
    expect(chosenBefore().of('new')).toEqual({ voice: 20, key: 0, tempo: 1 });
    user.set({ preferences: { guide: 35, key: 9, tempo: 0.8, quality: 'best' } });
    expect(chosenBefore().of('new')).toEqual({ voice: 35, key: 6, tempo: 0.8 });
  });

  it('is nothing to the next person, and goes with the sign-out', () => {
    chosenBefore().keep('a', { voice: 40, key: -2, tempo: 0.9 });
    personId.set('ravi');
    expect(chosenBefore().of('a').voice).toBe(20);
    TestBed.tick();
    expect(localStorage.getItem('melody.singing')).not.toContain('asha');
  });

  it('stays while it is not known who is there', () => {
    chosenBefore().keep('a', { voice: 40, key: -2, tempo: 0.9 });
    isKnown.set(false);
    personId.set(null);
    TestBed.tick();
    expect(localStorage.getItem('melody.singing')).toContain('asha');
    isKnown.set(true);
  });

  it('is bounded in number, and takes what is broken for nothing', () => {
    for (let song = 0; song < 230; song++)
      chosenBefore().keep(`song-${song}`, { voice: 50, key: 0, tempo: 1 });
    expect(chosenBefore().of('song-0').voice).toBe(20);
    expect(chosenBefore().of('song-229').voice).toBe(50);
    localStorage.setItem('melody.singing', '{"person":"asha","songs":{"a":{"voice":"loud"}}}');
    expect(chosenBefore().of('a').voice).toBe(20);
  });

  it('keeps to what is offered', () => {
    expect(bounded({ voice: 140, key: -9, tempo: 0.1 })).toEqual({ voice: 100, key: -6, tempo: 0.7 });
    expect(bounded({ voice: 12.4, key: 0, tempo: 0.9499 })).toEqual({ voice: 12, key: 0, tempo: 0.95 });
  });
});
