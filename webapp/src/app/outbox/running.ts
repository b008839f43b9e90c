import * as errands from './errands';
import type { Waiting } from './errands';

/** Tells other pages, and they the worker, that what waits is not as it was. */
export const CHANNEL = 'melody.outbox';
/** The name under which browsers with Background Sync wake the worker. */
export const SYNC = 'melody-outbox';

const LOCK = 'melody.outbox';
const PATIENCE_MS = 15_000;
const LONGEST_WAIT_MS = 30 * 86_400_000;
const MOST_TRIES = 12;
/** It may go well later. Everything else that is no success never will. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

export interface Run {
  readonly sent: readonly Waiting[];
  /** What the studio would not do. */
  readonly refused: readonly Waiting[];
  /** Nothing is left. */
  readonly isDone: boolean;
}

/** A token to show; `isOld` when the last one was no good. Null: nobody is signed in. Rejects without a network. */
export type Bearer = (isOld: boolean) => Promise<string | null>;

/**
 * Sends what waits, one after the other in the order of the deeds, until the first that can't be sent now. One page or
 * worker at a time does so; an errand whose answer was lost is sent again, which has no second effect.
 */
export async function run(person: string, bearer: Bearer): Promise<Run> {
  return await navigator.locks.request(LOCK, () => runAlone(errands, person, bearer));
}

/** Where errands wait. */
export type Store = Pick<typeof errands, 'waitingOf' | 'remove' | 'noteTry'>;

/** The same for whoever holds the lock. */
export async function runAlone(store: Store, person: string, bearer: Bearer): Promise<Run> {
  const sent: Waiting[] = [];
  const refused: Waiting[] = [];
  const told = (isDone: boolean) => ({ sent, refused, isDone });
  for (const errand of await store.waitingOf(person)) {
    const status = await send(errand, bearer).catch(() => 0);
    if (status === 0 || status === 401) return told(false); // no network, or nobody to send it for
    const isGivenUp = errand.tries + 1 >= MOST_TRIES || Date.now() - errand.since > LONGEST_WAIT_MS;
    if (PASSING.has(status) && !isGivenUp) {
      await store.noteTry(errand);
      return told(false);
    }
    await store.remove(errand);
    (isDone(errand, status) ? sent : refused).push(errand);
  }
  return told(true);
}

/** What shall be gone and is not there any more is as good as done. */
function isDone({ method }: Waiting, status: number): boolean {
  return status < 300 || (method === 'DELETE' && (status === 404 || status === 410));
}

async function send(errand: Waiting, bearer: Bearer): Promise<number> {
  const once = async (token: string | null) => {
    if (token === null) return 401;
    const answer = await fetch(errand.path, {
      method: errand.method,
      headers: {
        Authorization: `Bearer ${token}`,
        ...(errand.body !== undefined && { 'Content-Type': 'application/json' }),
        ...errand.headers,
      },
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(errand.body !== undefined && { body: JSON.stringify(errand.body) }),
    });
    return answer.status;
  };
  const status = await once(await bearer(false));
  return status === 401 ? once(await bearer(true)) : status;
}
