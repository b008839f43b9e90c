import { type HttpInterceptorFn, HttpResponse } from '@angular/common/http';
import { inject } from '@angular/core';
import { catchError, from, map, tap, throwError } from 'rxjs';

import { isPassing, problemOf } from '@app/api/problem';
import { Session } from '@app/session/session';

import { Answers } from './answers';

/** A person's own lists. What all see is kept by Angular's service worker, which knows nothing of persons. */
const OWN_LISTS = /^\/api\/v1\/(library|playlists)(\/[0-9a-f-]{36})?$/;

/** Where one's own lists can't be fetched just now, they are as they were when they last could. */
export const remembering: HttpInterceptorFn = (request, next) => {
  if (request.method !== 'GET' || !OWN_LISTS.test(request.url)) return next(request);
  const person = inject(Session).personId();
  if (person === null) return next(request);
  const answers = inject(Answers);
  const question = request.urlWithParams;
  return next(request).pipe(
    tap((event) => {
      if (event instanceof HttpResponse) void answers.keep(person, question, event.body);
    }),
    catchError((error: unknown) => {
      if (!isPassing(problemOf(error))) return throwError(() => error);
      return from(answers.find(person, question)).pipe(
        map((body) => {
          if (body === undefined) throw error;
          return new HttpResponse({ body, status: 200, url: question });
        }),
      );
    }),
  );
};
