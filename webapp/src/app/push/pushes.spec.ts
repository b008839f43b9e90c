import { provideHttpClient } from '@angular/common/http';
import { HttpTestingController, provideHttpClientTesting } from '@angular/common/http/testing';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { SwPush } from '@angular/service-worker';
import { of } from 'rxjs';

import { Studio } from '@app/api/studio';
import { Session, type User } from '@app/session/session';

import { pushed } from './pushed';
import { Pushes } from './pushes';

const PATH = '/api/v1/users/me/push-subscriptions';
const KEY = 'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM';
const subscription = {
  options: { applicationServerKey: null },
  toJSON: () => ({ endpoint: 'https://push.example/1', keys: { p256dh: 'key', auth: 'secret' } }),
};

describe('Pushes', () => {
  let server: HttpTestingController;
  const info = signal<{ vapid_public_key: string | null }>({ vapid_public_key: KEY });
  const push = {
    isEnabled: true,
    subscription: of(null),
    requestSubscription: vi.fn(() => Promise.resolve(subscription)),
    unsubscribe: vi.fn(() => Promise.resolve()),
  };
  const notification = { permission: 'default', requestPermission: vi.fn() };
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  const come = (id: string) => {
    TestBed.inject(Session).welcome({
      access_token: 't',
      token_type: 'bearer',
      expires_in: 900,
      user: { id } as User,
    });
    TestBed.tick();
  };
  const allowed = (answer: NotificationPermission) =>
    notification.requestPermission.mockImplementation(() =>
      Promise.resolve((notification.permission = answer)),
    );

  beforeEach(() => {
    localStorage.clear();
    vi.clearAllMocks();
    info.set({ vapid_public_key: KEY });
    notification.permission = 'default';
    vi.stubGlobal('Notification', notification);
    vi.stubGlobal('PushManager', vi.fn());
    TestBed.configureTestingModule({
      providers: [
        provideHttpClient(),
        provideHttpClientTesting(),
        { provide: SwPush, useValue: push },
        { provide: Studio, useValue: { info } },
      ],
    });
    server = TestBed.inject(HttpTestingController);
    come('asha');
  });
  afterEach(() => vi.unstubAllGlobals());

  it('asks on a tap alone, and tells the studio where to send', async () => {
    const pushes = TestBed.inject(Pushes);
    expect(pushes.standing()).toBe('off');
    expect(notification.requestPermission).not.toHaveBeenCalled();
    allowed('granted');
    const on = pushes.turnOn();
    await turn();
    const told = server.expectOne(PATH);
    expect(told.request.body).toEqual({
      endpoint: 'https://push.example/1',
      keys: { p256dh: 'key', auth: 'secret' },
    });
    told.flush({ id: 'one' });
    await on;
    expect(push.requestSubscription).toHaveBeenCalledWith({ serverPublicKey: KEY });
    expect(pushes.standing()).toBe('on');

    const off = pushes.turnOff();
    server.expectOne(`${PATH}/one`).flush(null, { status: 204, statusText: 'No Content' });
    await off;
    expect(push.unsubscribe).toHaveBeenCalled();
    expect(pushes.standing()).toBe('off');
  });

  it('says that the browser will not let it', async () => {
    allowed('denied');
    const pushes = TestBed.inject(Pushes);
    await pushes.turnOn();
    expect(pushes.standing()).toBe('denied');
    server.expectNone(PATH);
  });

  it('is told to the studio anew with every start, and is over when somebody else comes', async () => {
    pushed.write({ person: 'asha', subscription: 'one' });
    notification.permission = 'granted';
    const pushes = TestBed.inject(Pushes);
    TestBed.tick();
    await turn();
    server.expectOne(PATH).flush({ id: 'two' });
    await turn();
    expect(pushed.read()).toEqual({ person: 'asha', subscription: 'two' });
    come('bina');
    await turn();
    expect(push.unsubscribe).toHaveBeenCalled();
    expect([pushes.standing(), pushed.read().person]).toEqual(['off', '']);
  });

  it('is not offered where the studio sends none', () => {
    info.set({ vapid_public_key: null });
    expect(TestBed.inject(Pushes).standing()).toBe('not here');
  });
});
