import { HttpErrorResponse } from '@angular/common/http';
import { TimeoutError } from 'rxjs';

import type { Key } from '@app/words/catalogue';
import type { Words } from '@app/words/words';

/** What went wrong, as the API's `code` tells it, or `offline`, `unavailable` and `other` where no API was reached. */
export interface Problem {
  readonly code: string;
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** With code `otp-wrong`: how often it may still be tried. */
  readonly tries_left?: number;
  /** Seconds until trying again may help, where the studio said so (`Retry-After`). */
  readonly retry_after?: number;
}

/** Trying again soon may help. */
const PASSING = new Set([0, 408, 429, 502, 503, 504]);

export function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'code' in value && 'status' in value;
}

export function isPassing(problem: Problem): boolean {
  return PASSING.has(problem.status) && problem.code !== 'quota-used'; // that is used up for hours
}

export function problemOf(error: unknown): Problem {
  if (isProblem(error)) return error;
  if (error instanceof TimeoutError) return { code: 'unavailable', status: 0 };
  if (!(error instanceof HttpErrorResponse)) return { code: 'other', status: 0 };
  const { status } = error;
  if (isProblem(error.error) && typeof error.error.code === 'string') {
    const seconds = Number(error.headers.get('Retry-After'));
    return { ...error.error, status, ...(seconds > 0 && { retry_after: seconds }) };
  }
  if (!navigator.onLine) return { code: 'offline', status: 0 };
  return { code: PASSING.has(status) ? 'unavailable' : 'other', status };
}

const DAY_SECONDS = 86_400;
const HEADLINES: Readonly<Record<string, Key>> = {
  'no-song': 'trouble.no-song',
  'not-found': 'trouble.lost',
  'audio-not-offered': 'trouble.no-audio',
  'cannot-sing': 'trouble.no-sing',
  'playlist-full': 'trouble.full',
  'too-many-playlists': 'trouble.full',
  'query-too-long': 'trouble.long',
  'quota-used': 'trouble.quota',
  'account-blocked': 'trouble.blocked',
  offline: 'trouble.offline',
  unavailable: 'trouble.unavailable',
};
const HINTS = {
  'trouble.no-song': 'trouble.no-song-hint',
  'trouble.lost': 'trouble.lost-hint',
  'trouble.long': 'trouble.long-hint',
  'trouble.offline': 'trouble.offline-hint',
  'trouble.unavailable': 'trouble.unavailable-hint',
  'trouble.full': 'trouble.full-hint',
  'trouble.quota': 'trouble.quota-hint',
  'trouble.blocked': 'trouble.blocked-hint',
  'trouble.no-audio': 'trouble.no-audio-hint',
  'trouble.no-sing': 'trouble.no-sing-hint',
  'trouble.other': 'trouble.other-hint',
} as const satisfies Partial<Record<Key, Key>>;

/** What is said about it: what happened, and what to try (`hintFor` fills in when). */
export function wordsFor(problem: Problem): { headline: Key; hint: Key } {
  const headline = (HEADLINES[problem.code] ??
    (isPassing(problem) ? 'trouble.unavailable' : 'trouble.other')) as keyof typeof HINTS;
  return { headline, hint: HINTS[headline] };
}

/** What to try, as a sentence. */
export function hintFor(problem: Problem, words: Pick<Words, 't' | 'whenIn'>): string {
  return words.t(wordsFor(problem).hint, { when: words.whenIn(problem.retry_after ?? DAY_SECONDS) });
}
