import { hintFor, type Problem, wordsFor } from '@app/api/problem';
import type { Key } from '@app/words/catalogue';
import type { Words } from '@app/words/words';

const TROUBLES: Readonly<Record<string, Key>> = {
  'phone-number': 'sign-in.phone-number',
  'otp-wrong': 'sign-in.otp-wrong',
  'otp-expired': 'sign-in.otp-expired',
  'otp-too-many': 'sign-in.otp-too-many',
  'otp-too-often': 'sign-in.otp-too-often',
  'mini-app': 'sign-in.mini-app',
  'last-way-in': 'account.last-way-in',
  'link-code': 'account.code-over',
};

/** One sentence beside the field or button that it is about. */
export function sentenceFor(problem: Problem | null, words: Words): string {
  if (!problem) return '';
  const key = TROUBLES[problem.code];
  if (key) return words.t(key, { count: problem.tries_left ?? 0 });
  return `${words.t(wordsFor(problem).headline)}. ${hintFor(problem, words)}`;
}
