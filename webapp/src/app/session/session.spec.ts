import { HttpClient, provideHttpClient, withInterceptors } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { TestBed } from '@angular/core/testing';
import { firstValueFrom } from 'rxjs';

import { bearing } from './bearing';
import { Session, type User } from './session';

const ASHA = { id: '7a0d1c0e-7c56-4a0b-9d57-64c2d3a0f5b1', name: 'Asha', preferences: {} } as User;
const REFRESH = '/api/v1/auth/refresh-token';
const OWN = '/api/v1/library';

describe('Session', () => {
  let session: Session;
  let http: HttpClient;
  let server: HttpTestingController;

  beforeEach(() => {
    localStorage.clear();
    TestBed.configureTestingModule({
      providers: [provideHttpClient(withInterceptors([bearing])), provideHttpClientTesting()],
    });
    session = TestBed.inject(Session);
    http = TestBed.inject(HttpClient);
    server = TestBed.inject(HttpTestingController);
  });
  afterEach(() => server.verify());

  it('comes back by the cookie alone', async () => {
    const started = session.start();
    server.expectOne('/api/v1/auth/session').flush({ user: ASHA });
    await turn();
    refreshWith('fresh');
    await started;

    expect(session.user()).toEqual(ASHA);
    expect(JSON.stringify(localStorage)).not.toContain('fresh');
  });

  it('asks for nothing more where nobody is signed in', async () => {
    const started = session.start();
    server.expectOne('/api/v1/auth/session').flush({ user: null });
    await started;

    expect(session.isKnown()).toBe(true);
    expect(session.personId()).toBeNull();
  });

  it('refreshes once for all that wait, and sends each again', async () => {
    session.welcome(answer('old'));
    const answers = [1, 2, 3].map(() => firstValueFrom(http.get(OWN)));
    for (const request of server.match(OWN)) refuse(request, 'token-expired');
    await turn();
    refreshWith('fresh');
    await turn();
    for (const request of server.match(OWN)) {
      expect(request.request.headers.get('Authorization')).toBe('Bearer fresh');
      request.flush('theirs');
    }

    expect(await Promise.all(answers)).toEqual(['theirs', 'theirs', 'theirs']);
  });

  it('goes on as nobody where the session has ended', async () => {
    session.welcome(answer('old'));
    const asked = firstValueFrom(http.get('/api/v1/music/trending'));
    refuse(server.expectOne('/api/v1/music/trending'), 'token-expired');
    await turn();
    refuse(server.expectOne(REFRESH), 'sign-in-needed');
    await turn();
    const again = server.expectOne('/api/v1/music/trending');
    expect(again.request.headers.has('Authorization')).toBe(false);
    again.flush('all');

    expect(await asked).toBe('all');
    expect(session.user()).toBeNull();
  });

  it('stays signed in where only the network fails', async () => {
    session.welcome(answer('old'));
    const asked = firstValueFrom(http.get(OWN)).catch((problem: unknown) => problem);
    refuse(server.expectOne(OWN), 'token-expired');
    await turn();
    server.expectOne(REFRESH).flush(null, { status: 503, statusText: 'Service Unavailable' });

    expect(await asked).toMatchObject({ status: 503 });
    expect(session.user()).toEqual(ASHA);
  });

  it('shows no token to other addresses', async () => {
    session.welcome(answer('secret'));
    const asked = firstValueFrom(http.get('/files/song'));
    const request = server.expectOne('/files/song');
    expect(request.request.headers.has('Authorization')).toBe(false);
    request.flush('');
    await asked;
  });

  function refreshWith(token: string): void {
    const request = server.expectOne(REFRESH);
    expect(request.request.headers.has('Authorization')).toBe(false);
    request.flush(answer(token));
  }
});

function answer(token: string) {
  return { access_token: token, token_type: 'bearer' as const, expires_in: 900, user: ASHA };
}

function refuse(request: ReturnType<HttpTestingController['expectOne']>, code: string): void {
  request.flush({ code, status: 401 }, { status: 401, statusText: 'Unauthorized' });
}

/** Let what waits for a promise go on. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
