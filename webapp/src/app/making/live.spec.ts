import { TestBed } from '@angular/core/testing';

import { Session } from '@app/session/session';
import { Connection } from '@app/ui/connection';

import { Live, type LiveEvent } from './live';

class Socket {
  static readonly CLOSED = 3;
  static all: Socket[] = [];
  onopen?: () => void;
  onmessage?: (message: { data: string }) => void;
  onclose?: (event: { code: number }) => void;
  readonly sent: unknown[] = [];
  readyState = 1;

  constructor() {
    Socket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.breaks(1000);
  }
  tells(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  breaks(code: number): void {
    this.readyState = Socket.CLOSED;
    this.onclose?.({ code });
  }
}

describe('Live', () => {
  const health = vi.fn<() => Promise<Response>>();
  const refresh = vi.fn(() => Promise.resolve());
  let told: LiveEvent[];
  let stop: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    Socket.all = [];
    vi.stubGlobal('WebSocket', Socket);
    vi.stubGlobal('fetch', health);
    health.mockRejectedValue(new TypeError('Failed to fetch'));
    TestBed.configureTestingModule({
      providers: [{ provide: Session, useValue: { accessToken: 'a-token', refresh } }],
    });
    told = [];
    const subscription = TestBed.inject(Live).events.subscribe((event) => told.push(event));
    stop = () => subscription.unsubscribe();
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const last = () => Socket.all.at(-1) as Socket;
  const welcome = (seconds = 900) => {
    last().onopen?.();
    last().tells({ type: 'ready', expires_in: seconds });
  };

  it('signs in, answers pings, and tells what it hears', () => {
    welcome();
    last().tells({ type: 'ping' });
    last().tells({ type: 'library.changed' });
    expect(last().sent).toEqual([{ type: 'auth', token: 'a-token' }, { type: 'pong' }]);
    expect(told).toEqual([{ type: 'open' }, { type: 'library.changed' }]);
  });

  it('comes back after a break, and later each time', async () => {
    welcome();
    last().breaks(1006);
    expect(told.at(-1)).toEqual({ type: 'closed' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(Socket.all.length).toBe(2);
    last().breaks(1006);
    await vi.advanceTimersByTimeAsync(900);
    expect(Socket.all.length).toBe(2);
    await vi.advanceTimersByTimeAsync(1_200);
    expect(Socket.all.length).toBe(3);
  });

  it('says that the studio is away once it did not come back at once, and no longer than that', async () => {
    const hasStudio = TestBed.inject(Connection).hasStudio;
    welcome();
    last().breaks(1006);
    expect(hasStudio()).toBe(true); // a gateway that starts anew
    await vi.advanceTimersByTimeAsync(1_000);
    last().breaks(1006);
    await vi.advanceTimersByTimeAsync(0);
    expect(hasStudio()).toBe(false);
    await vi.advanceTimersByTimeAsync(2_000);
    welcome();
    expect(hasStudio()).toBe(true);
  });

  it('does not say so where only sockets are not handed on', async () => {
    health.mockResolvedValue(new Response('{}'));
    for (let failures = 0; failures < 4; failures++) {
      last().breaks(1006);
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(health).toHaveBeenCalled();
    expect(TestBed.inject(Connection).hasStudio()).toBe(true);
  });

  it('shows a fresh token before the old one ends', async () => {
    welcome(70);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(refresh).toHaveBeenCalled();
    expect(last().sent.length).toBe(2);
  });

  it('takes a line on which nothing is heard for dead', async () => {
    welcome();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(told.at(-1)).toEqual({ type: 'closed' });
  });

  it('is gone when nobody listens', async () => {
    welcome();
    stop();
    await vi.advanceTimersByTimeAsync(120_000);
    expect(Socket.all.length).toBe(1);
  });
});
