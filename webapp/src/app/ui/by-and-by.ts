import { computed, effect, inject, signal, type Signal, untracked } from '@angular/core';
import { Router } from '@angular/router';

import { whenIdle } from './turns';

/**
 * A list of the first screen, the part one sees at once and the rest one by one whenever the browser has nothing else
 * to do: drawn in one piece, ten rows or ten scripts keep a slow phone from answering the thumb for half a second.
 * Screens that somebody comes back to are whole, so that they can be scrolled to where they were.
 */
export function byAndBy<T>(all: () => readonly T[] | null, first: number): Signal<readonly T[] | null> {
  if (!isFirstScreen()) return computed(all);
  const count = signal(first);
  effect((onCleanup) => {
    const length = all()?.length ?? 0;
    if (length > count()) onCleanup(whenIdle(() => count.update((shown) => shown + 1)));
    else if (length) count.set(Infinity);
  });
  return computed(() => all()?.slice(0, count()) ?? null);
}

/** Parts of the first screen that come a moment later (`@defer`) belong to it. */
function isFirstScreen(): boolean {
  const arrived = untracked(inject(Router).lastSuccessfulNavigation);
  return arrived === null || arrived.id === FIRST;
}

const FIRST = 1; // the router counts navigations from here
