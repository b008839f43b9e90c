import { inject, Injectable } from '@angular/core';
import { Observable } from 'rxjs';

import type { Schemas } from '@app/api/api';
import { Session } from '@app/session/session';
import { Connection } from '@app/ui/connection';

/** What the studio tells of itself on `WS /api/v1/ws` (docs/live.md). */
export interface Progressed {
  readonly type: 'conversion.progress';
  readonly job_id: string;
  readonly song_id: string | null;
  readonly status: Schemas['Job']['status'];
  readonly progress: number;
  readonly place: number;
  readonly seconds_left: number;
}
export interface Done {
  readonly type: 'conversion.done';
  readonly job_id: string;
  readonly song_id: string | null;
}
type Told =
  | Progressed
  | Done
  | { readonly type: 'library.changed' }
  | { readonly type: 'ready'; readonly expires_in: number }
  | { readonly type: 'ping' };
/** `open` and `closed` tell whether anything would be heard. */
export type LiveEvent = Progressed | Done | { readonly type: 'library.changed' | 'open' | 'closed' };

const ADDRESS = '/api/v1/ws';
const HEALTH = '/api/v1/system/health';
const HEALTH_MS = 5_000;
const NOT_SIGNED_IN = 4401;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const SILENCE_MS = 60_000;
/** Failures in a row: one happens whenever the gateway starts anew, and is over before anybody could read of it. */
const LOST_AFTER = 2;
const TOKEN_MARGIN_S = 60;

/** Whether the studio answers at all: static hosts hand requests on to it, but no sockets. */
async function isThere(): Promise<boolean> {
  try {
    return (await fetch(HEALTH, { cache: 'no-store', signal: AbortSignal.timeout(HEALTH_MS) })).ok;
  } catch {
    return false;
  }
}

/** One socket for as long as somebody listens. It comes back by itself after pauses that grow and differ. */
@Injectable({ providedIn: 'root' })
export class Live {
  readonly #session = inject(Session);
  readonly #connection = inject(Connection);

  readonly events = new Observable<LiveEvent>((listener) => {
    let socket: WebSocket | null = null;
    let failures = 0;
    let timers: ReturnType<typeof setTimeout>[] = [];
    const later = (act: () => void, ms: number) => timers.push(setTimeout(act, ms));

    const connect = () => {
      timers.forEach(clearTimeout);
      timers = [];
      const opened = new WebSocket(new URL(ADDRESS, document.baseURI.replace(/^http/, 'ws')));
      socket = opened;
      let silence: ReturnType<typeof setTimeout> | undefined;
      const heard = () => {
        clearTimeout(silence);
        silence = setTimeout(() => opened.close(), SILENCE_MS); // a dead line says nothing, not even that
        timers.push(silence);
      };
      const authenticate = () =>
        opened.send(JSON.stringify({ type: 'auth', token: this.#session.accessToken ?? '' }));
      opened.onopen = () => {
        heard();
        authenticate();
      };
      opened.onmessage = ({ data }: MessageEvent<string>) => {
        heard();
        const told = JSON.parse(data) as Told;
        if (told.type === 'ready') {
          failures = 0;
          this.#connection.found(true);
          listener.next({ type: 'open' });
          later(
            () => void this.#renewed().then(authenticate, () => opened.close()),
            Math.max(5, told.expires_in - TOKEN_MARGIN_S) * 1000,
          );
        } else if (told.type === 'ping') {
          opened.send('{"type":"pong"}');
        } else if (
          told.type === 'conversion.progress' ||
          told.type === 'conversion.done' ||
          told.type === 'library.changed'
        ) {
          listener.next(told);
        }
      };
      opened.onclose = ({ code }) => {
        if (socket !== opened) return;
        listener.next({ type: 'closed' });
        failures++;
        if (failures >= LOST_AFTER)
          void isThere().then((answers) => {
            if (failures && socket) this.#connection.found(answers);
          });
        const pause =
          Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
        later(() => {
          if (code === NOT_SIGNED_IN) void this.#renewed().then(connect, connect);
          else connect();
        }, pause);
      };
    };
    connect();
    const back = () => {
      if (socket?.readyState === WebSocket.CLOSED) connect();
    };
    addEventListener('online', back);
    return () => {
      removeEventListener('online', back);
      timers.forEach(clearTimeout);
      const last = socket;
      socket = null;
      last?.close();
      this.#connection.found(true); // nobody is waiting for it any more
    };
  });

  async #renewed(): Promise<void> {
    await this.#session.refresh();
  }
}
