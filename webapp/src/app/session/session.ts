import { computed, inject, Injectable, Injector, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { Api, type Schemas } from '@app/api/api';
import { problemOf } from '@app/api/problem';
import { stored } from '@app/ui/stored';

export type User = Schemas['UserItem'];
type SignedIn = Schemas['SignedIn'] | Schemas['NativeSignedIn'];

/**
 * Who is signed in. The access token is in memory alone, the refresh token in a cookie that scripts do not see; a
 * page inside another one's frame has no cookie, and there it is in memory too.
 */
@Injectable({ providedIn: 'root' })
export class Session {
  readonly #injector = inject(Injector);
  readonly #user = signal<User | null>(null);
  readonly #isKnown = signal(false);
  readonly #remembered = stored('melody.person', '', (value) => typeof value === 'string');
  readonly #otherTabs =
    typeof BroadcastChannel === 'function' ? new BroadcastChannel('melody.session') : null;
  #accessToken: string | null = null;
  #refreshToken: string | null = null;
  #refreshing: Promise<void> | null = null;
  #started: Promise<void> | null = null;

  readonly user = this.#user.asReadonly();
  /** Whether the studio has said who is signed in; before, and without a network, nobody knows. */
  readonly isKnown = this.#isKnown.asReadonly();
  /** Whose things these are: also without a network, where it is who was signed in last. */
  readonly personId = computed(
    () => this.user()?.id ?? (this.isKnown() ? null : this.#remembered.read() || null),
  );

  constructor() {
    this.#otherTabs?.addEventListener('message', () => void this.#startAnew());
    addEventListener('online', () => {
      if (!this.#isKnown()) void this.#startAnew();
    });
  }

  get accessToken(): string | null {
    return this.#accessToken;
  }

  /** Find out who is signed in; asked once. Never rejects: without a network `isKnown` stays false. */
  start(): Promise<void> {
    return (this.#started ??= this.#askWhoIsHere());
  }

  /** Another way to find out than by the cookie, which is asked where that fails. */
  begin(signIn: () => Promise<void>): void {
    this.#started = signIn().catch(() => this.#askWhoIsHere());
  }

  /** The answer of any way to sign in. */
  welcome(answer: SignedIn): void {
    this.#take(answer);
    this.#otherTabs?.postMessage('changed');
  }

  /** The account as it is after a change. */
  update(user: User): void {
    this.#user.set(user);
  }

  /** A fresh access token; all who wait share one. Rejects with a `Problem`; where the session is over it is forgotten. */
  refresh(): Promise<void> {
    return (this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = null)));
  }

  /** Rejects with a `Problem`; then everything is as it was. */
  async signOut({ everywhere = false } = {}): Promise<void> {
    const token = this.#refreshToken;
    await firstValueFrom(
      this.#api.post('/api/v1/auth/logout', {
        query: { everywhere, ...(token && { client: 'native' }) },
        body: token ? { refresh_token: token } : null,
      }),
    );
    this.forget();
  }

  /** Nobody is signed in here any more. */
  forget(): void {
    this.#leave();
    this.#otherTabs?.postMessage('changed');
  }

  /** Asked for late: every request passes by the session first. */
  get #api(): Api {
    return this.#injector.get(Api);
  }

  async #askWhoIsHere(): Promise<void> {
    try {
      const { user } = await firstValueFrom(this.#api.get('/api/v1/auth/session', {}));
      if (this.#accessToken) return; // somebody signed in meanwhile
      if (user) await this.refresh();
      else this.#leave();
    } catch {
      this.#started = null;
    }
  }

  async #startAnew(): Promise<void> {
    this.#accessToken = null;
    this.#started = null;
    await this.start();
  }

  async #refresh(): Promise<void> {
    const token = this.#refreshToken;
    try {
      const asked = token
        ? { query: { client: 'native' as const }, body: { refresh_token: token } }
        : { body: null };
      this.#take(await firstValueFrom(this.#api.post('/api/v1/auth/refresh-token', asked)));
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 401 || problem.status === 403) this.#leave();
      throw problem;
    }
  }

  #take(answer: SignedIn): void {
    this.#accessToken = answer.access_token;
    this.#refreshToken = 'refresh_token' in answer ? answer.refresh_token : null;
    this.#remembered.write(answer.user.id);
    this.#user.set(answer.user);
    this.#isKnown.set(true);
  }

  #leave(): void {
    this.#accessToken = null;
    this.#refreshToken = null;
    this.#remembered.write('');
    this.#user.set(null);
    this.#isKnown.set(true);
  }
}
