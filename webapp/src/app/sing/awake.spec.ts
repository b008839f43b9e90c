import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';

import { Awake } from './awake';
import { Singer } from './singer';

describe('The screen while somebody sings', () => {
  const isPlaying = signal(false);
  let locks: { released: boolean; release: () => Promise<void> }[];
  let sight: DocumentVisibilityState;

  beforeEach(() => {
    locks = [];
    sight = 'visible';
    isPlaying.set(false);
    const request = async () => {
      const lock = {
        released: false,
        release: async () => {
          lock.released = true;
        },
      };
      locks.push(lock);
      return lock;
    };
    vi.stubGlobal('navigator', Object.assign(Object.create(navigator), { wakeLock: { request } }));
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => sight);
    TestBed.configureTestingModule({
      providers: [Awake, { provide: Singer, useValue: { isPlaying } }],
    });
    TestBed.inject(Awake);
  });

  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });

  const sings = async (really: boolean) => {
    isPlaying.set(really);
    TestBed.tick();
    await Promise.resolve();
  };
  const isSeen = async (how: DocumentVisibilityState) => {
    sight = how;
    document.dispatchEvent(new Event('visibilitychange'));
    await Promise.resolve();
  };
  const held = () => locks.filter(({ released }) => !released).length;

  it('stays on, and darkens when the song rests', async () => {
    await sings(true);
    expect(held()).toBe(1);
    await sings(false);
    expect(held()).toBe(0);
  });

  it('stays on again after the page was out of sight, where the system had taken that back', async () => {
    await sings(true);
    await isSeen('hidden');
    for (const lock of locks) lock.released = true;
    await isSeen('visible');
    expect(held()).toBe(1);
    expect(locks).toHaveLength(2);
  });

  it('asks for no second time while it is held, nor for a song that rests', async () => {
    await sings(true);
    await isSeen('visible');
    expect(locks).toHaveLength(1);
    await sings(false);
    await isSeen('visible');
    expect(locks).toHaveLength(1);
  });
});
