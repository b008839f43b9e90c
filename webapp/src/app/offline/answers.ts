import { Injectable } from '@angular/core';

import { OURS } from './kept-files';

const NOBODY = 'nobody';
const MOST = 300;
/** Counting what is there takes longer than putting one more. */
const COUNT_EVERY = 20;

/**
 * What the studio last said to somebody, for when it can't be asked: their lists, and the songs they looked at. Each
 * person has a cache of their own, which goes when they leave (`Belonging`). Where the browser keeps nothing, neither
 * does this.
 */
@Injectable({ providedIn: 'root' })
export class Answers {
  #puts = 0;

  /** Never rejects: nobody waits for it. */
  async keep(person: string | null, question: string, answer: unknown): Promise<void> {
    try {
      const cache = await caches.open(answersCache(person));
      await cache.put(addressOf(question), Response.json(answer));
      if (this.#puts++ % COUNT_EVERY) return;
      const known = await cache.keys();
      for (const old of known.slice(0, Math.max(0, known.length - MOST))) await cache.delete(old);
    } catch {
      // Without storage, or without room, all works as long as there is a network.
    }
  }

  /** What was kept; undefined where nothing was. */
  async find<T>(person: string | null, question: string): Promise<T | undefined> {
    try {
      const kept = await (await caches.open(answersCache(person))).match(addressOf(question));
      return kept && ((await kept.json()) as T);
    } catch {
      return undefined;
    }
  }
}

export function answersCache(person: string | null): string {
  return `${OURS}answers-${person ?? NOBODY}`;
}

function addressOf(question: string): string {
  return `/answers/${encodeURIComponent(question)}`;
}
