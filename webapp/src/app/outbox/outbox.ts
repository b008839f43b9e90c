import { computed, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { catchError, defer, from, map, type Observable, Subject, tap, throwError } from 'rxjs';

import { problemOf } from '@app/api/problem';
import { Session } from '@app/session/session';

import { add, type Errand, type Waiting, waitingOf } from './errands';
import { CHANNEL, type Run, run, SYNC } from './running';

/** Instead of the studio's answer: it will hear of it later. */
export const LATER: unique symbol = Symbol('later');
type Later = typeof LATER;

const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;
const UNREACHED = new Set([0, 408, 502, 503, 504]);

/**
 * What is done without a network is kept and sent later, once, in the order of the deeds: when the network is back,
 * when the player is opened next, or by the service worker where the browser wakes it (Background Sync).
 */
@Injectable({ providedIn: 'root' })
export class Outbox {
  readonly #session = inject(Session);
  readonly #waiting = signal<readonly Waiting[]>([]);
  readonly #others = typeof BroadcastChannel === 'function' ? new BroadcastChannel(CHANNEL) : null;
  readonly #ended = new Subject<Run>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  readonly waiting = this.#waiting.asReadonly();
  /** What waiting errands are about. */
  readonly about = computed<ReadonlySet<string>>(() => new Set(this.#waiting().map(({ about }) => about)));
  /** Whenever some were sent or refused. */
  readonly ended = this.#ended.asObservable();

  constructor() {
    if (!('indexedDB' in globalThis)) return;
    this.#others?.addEventListener('message', () => void this.#look());
    navigator.serviceWorker?.addEventListener(
      'message',
      ({ data }: MessageEvent<{ type?: string } | null>) => {
        if (data?.type === CHANNEL) void this.run();
      },
    );
    addEventListener('online', () => void this.run());
    effect(() => {
      const person = this.#session.personId();
      const mayBegin = this.#session.user() !== null;
      untracked(() => {
        if (person === null) this.#waiting.set([]);
        else void this.#look().then(() => (mayBegin ? this.run() : undefined));
      });
    });
  }

  /**
   * Does it now, or, where the studio can't be reached or others wait already, later. Emits the answer or LATER; fails
   * with what the studio said, or with what went wrong where nothing can be kept either.
   */
  attempt<T>(errand: Omit<Errand, 'person'>, now: Observable<T>): Observable<T | Later> {
    const later = () => from(this.#keep(errand)).pipe(map((): Later => LATER));
    return defer((): Observable<T | Later> => {
      const attempted: Observable<T | Later> = now.pipe(
        catchError(
          (error: unknown): Observable<Later> =>
            UNREACHED.has(problemOf(error).status)
              ? later().pipe(catchError(() => throwError(() => error)))
              : throwError(() => error),
        ),
      );
      if (!this.#waiting().length && navigator.onLine) return attempted;
      return later().pipe(
        tap(() => void this.run()),
        catchError((): Observable<T | Later> => attempted),
      );
    });
  }

  /** Sends what waits. Never rejects. */
  async run(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#waiting().length) return;
    await this.#session.start(); // who is here may not be known yet
    const person = this.#session.user()?.id;
    if (person === undefined) return this.#later();
    const told = await run(person, (isOld) => this.#bearer(isOld)).catch(() => null);
    await this.#look();
    if (told?.sent.length || told?.refused.length) {
      this.#others?.postMessage('changed');
      this.#ended.next(told);
    }
    this.#failures = told?.isDone ? 0 : this.#failures + 1;
    if (this.#waiting().length) this.#later();
  }

  async #keep(errand: Omit<Errand, 'person'>): Promise<void> {
    const person = this.#session.personId();
    if (person === null) throw new Error('Nobody is signed in');
    await add({ ...errand, person });
    await this.#look();
    this.#others?.postMessage('changed');
    void this.#wakeWorker();
    this.#later();
  }

  async #bearer(isOld: boolean): Promise<string | null> {
    if (isOld || this.#session.accessToken === null) await this.#session.refresh();
    return this.#session.accessToken;
  }

  /** The network may be back without a word of the browser; so it is tried, ever less often. */
  #later(): void {
    clearTimeout(this.#timer);
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS);
    this.#timer = setTimeout(() => void this.run(), pause * (0.5 + Math.random() / 2));
  }

  async #look(): Promise<void> {
    const person = this.#session.personId();
    this.#waiting.set(person === null ? [] : await waitingOf(person).catch(() => []));
  }

  async #wakeWorker(): Promise<void> {
    const registration = await navigator.serviceWorker?.getRegistration();
    const { sync } = (registration ?? {}) as { sync?: { register(name: string): Promise<void> } };
    await sync?.register(SYNC).catch(() => undefined); // forbidden, or in a private window
  }
}
