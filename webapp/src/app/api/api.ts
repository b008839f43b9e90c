import { HttpClient, HttpContext, HttpHeaders, HttpParams } from '@angular/common/http';
import { inject, Injectable } from '@angular/core';
import type { Observable } from 'rxjs';

import { PATIENCE_MS } from './interceptors';
import type { components, paths } from './schema';

/** What the API sends and takes, by the names of its description. */
export type Schemas = components['schemas'];

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never;
}[keyof paths];
type Operation<M extends Method, P extends PathOf<M>> = paths[P] extends Record<M, infer O> ? O : never;

type Parameters<O, Kind extends string> = O extends { parameters: Partial<Record<Kind, infer Values>> }
  ? NonNullable<Values>
  : never;
type Part<O, Kind extends string> = [Parameters<O, Kind>] extends [never]
  ? object
  : Partial<Parameters<O, Kind>> extends Parameters<O, Kind>
    ? Partial<Record<Kind, Parameters<O, Kind>>>
    : Record<Kind, Parameters<O, Kind>>;

type Content<O> = O extends { requestBody?: { content: infer Kinds } } ? Kinds : never;
type Body<O> =
  Content<O> extends { 'application/json': infer Json }
    ? Json
    : Content<O> extends { 'multipart/form-data': unknown }
      ? FormData
      : never;
type BodyPart<O> = [Body<O>] extends [never]
  ? object
  : O extends { requestBody: object }
    ? { body: Body<O> }
    : { body?: Body<O> };

type Success<O> = O extends { responses: infer Responses }
  ? Responses[keyof Responses & (200 | 201 | 202)]
  : never;
type AnswerOf<O> = Success<O> extends { content: { 'application/json': infer Json } } ? Json : void;

/** What a call has to bring, no more and no less than the route's description names. */
export type Asked<M extends Method, P extends PathOf<M>> = Part<Operation<M, P>, 'path'> &
  Part<Operation<M, P>, 'query'> &
  Part<Operation<M, P>, 'header'> &
  BodyPart<Operation<M, P>> & {
    /** How long an answer is waited for, in milliseconds, where that is more than usual. */
    patience?: number;
  };
export type Answer<M extends Method, P extends PathOf<M>> = AnswerOf<Operation<M, P>>;

interface Call {
  path?: Record<string, unknown>;
  query?: Record<string, unknown>;
  header?: Record<string, unknown>;
  body?: unknown;
  patience?: number;
}

/** The studio's API. Addresses, parameters, bodies and answers are checked by the compiler against `schema.ts`. */
@Injectable({ providedIn: 'root' })
export class Api {
  readonly #http = inject(HttpClient);

  get<P extends PathOf<'get'>>(path: P, asked: Asked<'get', P>): Observable<Answer<'get', P>> {
    return this.#send('GET', path, asked);
  }

  post<P extends PathOf<'post'>>(path: P, asked: Asked<'post', P>): Observable<Answer<'post', P>> {
    return this.#send('POST', path, asked);
  }

  put<P extends PathOf<'put'>>(path: P, asked: Asked<'put', P>): Observable<Answer<'put', P>> {
    return this.#send('PUT', path, asked);
  }

  patch<P extends PathOf<'patch'>>(path: P, asked: Asked<'patch', P>): Observable<Answer<'patch', P>> {
    return this.#send('PATCH', path, asked);
  }

  delete<P extends PathOf<'delete'>>(path: P, asked: Asked<'delete', P>): Observable<Answer<'delete', P>> {
    return this.#send('DELETE', path, asked);
  }

  /** What is no JSON, as it is. */
  file<P extends PathOf<'get'>>(path: P, asked: Asked<'get', P>): Observable<Blob> {
    const { address, options } = prepared(path, asked);
    return this.#http.get(address, { ...options, responseType: 'blob' });
  }

  #send<T>(method: string, path: string, call: Call): Observable<T> {
    const { address, options } = prepared(path, call);
    return this.#http.request<T>(method, address, { ...options, body: call.body });
  }
}

function prepared(path: string, { path: places = {}, query = {}, header = {}, patience }: Call) {
  const address = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(places[name])));
  const context = new HttpContext();
  if (patience !== undefined) context.set(PATIENCE_MS, patience);
  const options = {
    context,
    headers: new HttpHeaders(given(header)),
    params: new HttpParams({ fromObject: given(query) }),
  };
  return { address, options };
}

/** Nothing is sent for what is not given. */
function given(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const named = Object.entries(values).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  return Object.fromEntries(named.map(([name, value]) => [name, String(value)]));
}
