import { effect, inject } from '@angular/core';

import { keepOnlyOf } from '@app/outbox/errands';
import { Session } from '@app/session/session';

import { answersCache } from './answers';
import { keptCache, OURS } from './kept-files';

const KINDS = [`${OURS}kept-`, `${OURS}answers-`];

/**
 * From now on: what this device keeps of somebody goes when they leave, be it by signing out here or everywhere, by
 * deleting the account, or because somebody else signs in. Who is offline has not left.
 */
export function keepOnlyWhoIsHere(): void {
  const session = inject(Session);
  effect(() => {
    const person = session.user()?.id ?? null;
    if (session.isKnown()) void forgetOthers(person);
  });
}

/** Never rejects. Null is nobody: what nobody has looked at may stay for the next nobody. */
export async function forgetOthers(person: string | null): Promise<void> {
  if ('indexedDB' in globalThis) await keepOnlyOf(person).catch(() => undefined);
  if (!('caches' in globalThis)) return;
  const theirs = [answersCache(person), ...(person === null ? [] : [keptCache(person)])];
  const all = await caches.keys().catch(() => []);
  for (const name of all) {
    if (KINDS.some((kind) => name.startsWith(kind)) && !theirs.includes(name)) await caches.delete(name);
  }
}
