import type { HttpInterceptorFn, HttpRequest } from '@angular/common/http';
import { inject } from '@angular/core';
import { catchError, defer, from, switchMap, throwError } from 'rxjs';

import { problemOf } from '@app/api/problem';

import { Session } from './session';

const OURS = '/api/v1/';
const BY_COOKIE = new Set(['/api/v1/auth/session', '/api/v1/auth/refresh-token']);
const OVER = new Set(['token-expired', 'sign-in-needed']);

/**
 * Shows who is signed in. Where the access token is no good any more the request is sent once more with a fresh one,
 * for which all that wait ask together; where the session is over it is sent with none, as the pages that need nobody
 * signed in still work.
 */
export const bearing: HttpInterceptorFn = (request, next) => {
  if (!request.url.startsWith(OURS) || BY_COOKIE.has(request.url)) return next(request);
  const session = inject(Session);
  const shown = session.accessToken;
  if (shown === null) return next(request);
  const again = defer(() => next(bearingToken(request, session.accessToken)));
  return next(bearingToken(request, shown)).pipe(
    catchError((error: unknown) => {
      if (!OVER.has(problemOf(error).code)) return throwError(() => error);
      if (session.accessToken !== shown) return again; // refreshed, or signed out, while this was on its way
      const refreshed = session.refresh().catch((problem: unknown) => {
        if (session.accessToken !== null) throw problem; // the network failed, the session may well be good
      });
      return from(refreshed).pipe(switchMap(() => again));
    }),
  );
};

function bearingToken(request: HttpRequest<unknown>, token: string | null): HttpRequest<unknown> {
  return token === null ? request : request.clone({ setHeaders: { Authorization: `Bearer ${token}` } });
}
