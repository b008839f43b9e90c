import { HttpContextToken, type HttpErrorResponse, type HttpInterceptorFn } from '@angular/common/http';
import { catchError, retry, throwError, timeout, timer } from 'rxjs';

import { isPassing, problemOf } from './problem';

/** How long an answer is waited for. */
export const PATIENCE_MS = new HttpContextToken(() => 12_000);

const RETRIES = 2;
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 8_000;

/** Every failure arrives as a `Problem`. The outermost interceptor. */
export const tellingProblems: HttpInterceptorFn = (request, next) =>
  next(request).pipe(catchError((error: unknown) => throwError(() => problemOf(error))));

/** Questions that change nothing are asked again while that may help, after pauses that grow and differ. */
export const retryingQuestions: HttpInterceptorFn = (request, next) => {
  const answer = next(request).pipe(timeout(request.context.get(PATIENCE_MS)));
  if (request.method !== 'GET') return answer;
  return answer.pipe(
    retry({
      count: RETRIES,
      delay: (error: unknown, attempt) =>
        isPassing(problemOf(error)) && navigator.onLine
          ? timer(pauseMs(error, attempt))
          : throwError(() => error),
    }),
  );
};

/** What the server asks for in `Retry-After`, else 0.2–0.4 s, then 0.4–0.8 s. */
function pauseMs(error: unknown, attempt: number): number {
  const asked = Number((error as HttpErrorResponse).headers?.get('Retry-After')) * 1000;
  const pause = FIRST_PAUSE_MS * 2 ** (attempt - 1);
  const wanted = asked > 0 ? asked + Math.random() * pause : pause * (0.5 + Math.random() / 2);
  return Math.min(wanted, LONGEST_PAUSE_MS);
}
