import { CHANNEL, run } from '../app/outbox/running';

declare const self: ServiceWorkerGlobalScope;

const REFRESH = '/api/v1/auth/refresh-token';
const XSRF = 'XSRF-TOKEN';

interface SignedIn {
  readonly access_token: string;
  readonly user: { readonly id: string };
}

/** Signs in by the cookie, as a page does. Null where the session is over; rejects without a network. */
export async function signIn(): Promise<SignedIn | null> {
  const shown = await self.cookieStore.get(XSRF);
  const answer = await fetch(REFRESH, { method: 'POST', headers: { 'X-XSRF-TOKEN': shown?.value ?? '' } });
  if (answer.status === 401 || answer.status === 403) return null;
  if (!answer.ok) throw new Error('The studio does not answer');
  return (await answer.json()) as SignedIn;
}

/**
 * Sends what was done without a network while no page is open. A page that is open is told and does it itself, as
 * it has a token. Rejects where something is left: the browser then wakes the worker again, later.
 */
export async function sendErrands(pages: readonly { postMessage(message: unknown): void }[]): Promise<void> {
  if (pages.length) {
    for (const page of pages) page.postMessage({ type: CHANNEL });
    return;
  }
  const person = await signIn();
  if (!person) return;
  const { isDone } = await run(person.user.id, async (isOld) =>
    isOld ? ((await signIn())?.access_token ?? null) : person.access_token,
  );
  if (!isDone) throw new Error('Something is left');
}
