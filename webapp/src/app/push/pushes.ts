import { computed, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { SwPush } from '@angular/service-worker';
import { firstValueFrom } from 'rxjs';

import { Api } from '@app/api/api';
import { problemOf } from '@app/api/problem';
import { Studio } from '@app/api/studio';
import { isIos } from '@app/install/install';
import { Session } from '@app/session/session';

import { NOBODY, pushed } from './pushed';

type Standing = 'on' | 'off' | 'denied' | 'install first' | 'not here';

/**
 * Being told by web push, in this browser, of what is ready. The studio's subscription belongs to the session, the
 * browser's to this page; both end together.
 */
@Injectable({ providedIn: 'root' })
export class Pushes {
  readonly #api = inject(Api);
  readonly #push = inject(SwPush);
  readonly #session = inject(Session);
  readonly #studio = inject(Studio);
  readonly #key = computed(() => this.#studio.info()?.vapid_public_key ?? null);
  readonly #pushed = signal(pushed.read());
  readonly #permission = signal(permission());

  readonly standing = computed<Standing>(() => {
    const person = this.#session.user()?.id;
    if (!person || !this.#key()) return 'not here';
    if (!this.#push.isEnabled || this.#permission() === null) return isIos() ? 'install first' : 'not here';
    if (this.#permission() === 'denied') return 'denied';
    return this.#pushed().person === person && this.#permission() === 'granted' ? 'on' : 'off';
  });

  constructor() {
    effect(() => {
      const person = this.#session.user()?.id;
      const key = this.#key();
      untracked(() => {
        const { person: told } = this.#pushed();
        if (!told || !this.#session.isKnown()) return;
        if (told !== person) void this.#end();
        else if (key && this.standing() === 'on') void this.#subscribe(key).catch(() => undefined);
      });
    });
    document.addEventListener('visibilitychange', () => this.#permission.set(permission()));
  }

  /** To be called from a tap: it is only then that a browser may ask. Rejects with a `Problem`. */
  async turnOn(): Promise<void> {
    const key = this.#key();
    if (!key) return;
    this.#permission.set(await Notification.requestPermission());
    if (this.#permission() === 'granted') await this.#subscribe(key);
  }

  /** Rejects with a `Problem`; then it is still on. */
  async turnOff(): Promise<void> {
    const { subscription } = this.#pushed();
    const path = { subscription_id: subscription };
    const gone = this.#api.delete('/api/v1/users/me/push-subscriptions/{subscription_id}', { path });
    await firstValueFrom(gone).catch((error: unknown) => {
      if (problemOf(error).status !== 404) throw error;
    });
    await this.#end();
  }

  /** The same again changes nothing; what the browser has replaced meanwhile the studio then knows. */
  async #subscribe(key: string): Promise<void> {
    const subscription = await this.#fresh(key);
    const { endpoint = '', keys = {} } = subscription.toJSON();
    const body = { endpoint, keys: { p256dh: keys['p256dh'] ?? '', auth: keys['auth'] ?? '' } };
    const { id } = await firstValueFrom(this.#api.post('/api/v1/users/me/push-subscriptions', { body }));
    this.#remember({ person: this.#session.user()?.id ?? '', subscription: id });
  }

  /** One for the studio's key of today. */
  async #fresh(key: string): Promise<PushSubscription> {
    const known = await firstValueFrom(this.#push.subscription);
    const old = known?.options.applicationServerKey;
    if (old && base64url(old) !== key) await this.#push.unsubscribe();
    return this.#push.requestSubscription({ serverPublicKey: key });
  }

  async #end(): Promise<void> {
    this.#remember(NOBODY);
    await this.#push.unsubscribe().catch(() => undefined); // there was none
  }

  #remember(now: typeof NOBODY): void {
    pushed.write(now);
    this.#pushed.set(now);
  }
}

function permission(): NotificationPermission | null {
  return 'Notification' in globalThis && 'PushManager' in globalThis ? Notification.permission : null;
}

function base64url(bytes: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
