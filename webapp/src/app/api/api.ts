import { HttpClient, HttpParams } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import type { Observable } from 'rxjs';

import type { components, paths } from './schema';

/** What the API sends and takes, by the names of its description. */
export type Schemas = components['schemas'];

type GetPath = { [P in keyof paths]: paths[P] extends { get: object } ? P : never }[keyof paths];
type Get<P extends GetPath> = paths[P] extends { get: infer Operation } ? Operation : never;
type Parameters<P extends GetPath, Kind extends string> =
  Get<P> extends { parameters: Partial<Record<Kind, infer Values>> } ? NonNullable<Values> : never;
type Answer<P extends GetPath> =
  Get<P> extends { responses: { 200: { content: { 'application/json': infer Body } } } } ? Body : never;

/** What a call has to bring, no more and no less than the route's description names. */
type Asked<P extends GetPath> = ([Parameters<P, 'path'>] extends [never]
  ? object
  : { path: Parameters<P, 'path'> }) &
  ([Parameters<P, 'query'>] extends [never] ? object : { query: Parameters<P, 'query'> });

/** The studio's API. Addresses, parameters and answers are checked by the compiler against `schema.ts`. */
@Injectable({ providedIn: 'root' })
export class Api {
  readonly #http = inject(HttpClient);

  get<P extends GetPath>(path: P, asked: Asked<P>): Observable<Answer<P>> {
    const { path: places = {}, query = {} } = asked as {
      path?: Record<string, unknown>;
      query?: Record<string, unknown>;
    };
    const address = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(places[name])));
    return this.#http.get<Answer<P>>(address, { params: parameters(query) });
  }
}

/** Nothing is sent for what is not given. */
function parameters(query: Readonly<Record<string, unknown>>): HttpParams {
  const given = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  return new HttpParams({
    fromObject: Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
  });
}
