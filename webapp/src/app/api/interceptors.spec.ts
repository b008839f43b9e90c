import { provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { Api } from './api';
import { retryingQuestions, tellingProblems } from './interceptors';
import { wordsFor, type Problem } from './problem';

const SEARCH = '/api/v1/music/search';

describe('questions to the API', () => {
  let http: HttpTestingController;
  let answer: unknown;
  let problem: Problem | undefined;

  beforeEach(() => {
    vi.useFakeTimers();
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(withInterceptors([tellingProblems, retryingQuestions])),
        provideHttpClientTesting(),
      ],
    });
    http = TestBed.inject(HttpTestingController);
    answer = problem = undefined;
    TestBed.inject(Api)
      .get(SEARCH, { query: { q: 'tum hi ho', language: null, source: '' } })
      .subscribe({ next: (page) => (answer = page), error: (error: Problem) => (problem = error) });
  });

  afterEach(() => {
    http.verify();
    vi.useRealTimers();
  });

  const asked = () => http.expectOne((request) => request.url === SEARCH);
  const busy = { status: 503, statusText: 'Service Unavailable' };

  it('send only what is given', () => {
    const { request } = asked();
    expect(request.params.toString()).toBe('q=tum%20hi%20ho');
  });

  it('are asked again, later each time, while that may help', async () => {
    asked().flush({ code: 'unavailable', status: 503 }, busy);
    http.expectNone(SEARCH);
    await vi.advanceTimersByTimeAsync(400);
    asked().flush({ code: 'unavailable', status: 503 }, busy);
    await vi.advanceTimersByTimeAsync(800);
    asked().flush({ items: [] });
    expect(answer).toEqual({ items: [] });
  });

  it('are given up after three times, and say by the code of the API why', async () => {
    for (const pause of [400, 800, 0]) {
      asked().flush({ code: 'too-busy', status: 503 }, busy);
      await vi.advanceTimersByTimeAsync(pause);
    }
    expect(problem).toEqual({ code: 'too-busy', status: 503 });
  });

  it('wait as long as the server asks', async () => {
    asked().flush(null, { ...busy, headers: { 'Retry-After': '5' } });
    await vi.advanceTimersByTimeAsync(4_900);
    http.expectNone(SEARCH);
    await vi.advanceTimersByTimeAsync(600);
    asked().flush({ items: [] });
  });

  it('are not asked again where that changes nothing', async () => {
    asked().flush({ code: 'query-too-long', status: 422 }, { status: 422, statusText: 'Unprocessable' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(problem).toEqual({ code: 'query-too-long', status: 422 });
  });

  it('end when nobody answers', async () => {
    asked();
    await vi.advanceTimersByTimeAsync(12_400);
    asked();
    await vi.advanceTimersByTimeAsync(12_800);
    asked();
    await vi.advanceTimersByTimeAsync(12_000);
    expect(problem).toEqual({ code: 'unavailable', status: 0 });
  });
});

describe('problems', () => {
  it('have words for what happened and what to try', () => {
    expect(wordsFor({ code: 'query-too-long', status: 422 })).toEqual({
      headline: 'trouble.long',
      hint: 'trouble.long-hint',
    });
    expect(wordsFor({ code: 'too-busy', status: 503 }).headline).toBe('trouble.unavailable');
    expect(wordsFor({ code: 'never-heard-of', status: 409 }).headline).toBe('trouble.other');
  });
});
