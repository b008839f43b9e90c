import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';

import { Heard } from './heard';

describe('Heard', () => {
  let heard: Heard;
  let server: HttpTestingController;

  beforeEach(() => {
    TestBed.configureTestingModule({ providers: [provideHttpClient(), provideHttpClientTesting()] });
    heard = TestBed.inject(Heard);
    server = TestBed.inject(HttpTestingController);
    heard.begin('a-song');
  });
  afterEach(() => server.verify());

  const listen = (from: number, to: number, duration: number) => {
    for (let second = from; second <= to; second += 0.5) heard.reached(second, duration);
  };

  it('tells of a listen once', () => {
    listen(0, 29, 200);
    server.expectNone('/api/v1/library/a-song/plays');
    listen(29, 200, 200);
    server.expectOne('/api/v1/library/a-song/plays').flush(null, { status: 204, statusText: 'No Content' });
  });

  it('counts no seconds that were jumped over', () => {
    listen(0, 5, 200);
    listen(180, 200, 200);
    server.expectNone('/api/v1/library/a-song/plays');
  });

  it('is content with half of a short song', () => {
    listen(0, 6, 10);
    server.expectOne('/api/v1/library/a-song/plays');
  });
});
