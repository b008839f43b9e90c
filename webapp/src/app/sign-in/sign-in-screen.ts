import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { Router } from '@angular/router';
import { firstValueFrom } from 'rxjs';

import { Api, type Schemas } from '@app/api/api';
import { type Problem, problemOf } from '@app/api/problem';
import { Studio } from '@app/api/studio';
import { Session } from '@app/session/session';
import { StillWave } from '@app/trouble/still-wave';
import { Words } from '@app/words/words';

import { CodeForm } from './code-form';
import type { CodeChannel, CodeWish } from './code-wish';
import { PhoneForm } from './phone-form';
import { sentenceFor } from './troubles';
import { WaysByChat } from './ways-by-chat';

/** Phone, then code. Whoever is signed in already adds the number to their account by the same two steps. */
@Component({
  selector: 'ms-sign-in-screen',
  imports: [CodeForm, PhoneForm, StillWave, WaysByChat],
  templateUrl: './sign-in-screen.html',
  styleUrl: './sign-in-screen.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SignInScreen {
  /** The screen that asked for it. */
  readonly then = input<string>();

  readonly #api = inject(Api);
  readonly #router = inject(Router);
  readonly #session = inject(Session);
  readonly #words = inject(Words);
  protected readonly t = this.#words.t;
  protected readonly studio = inject(Studio);

  protected readonly isAdding = computed(() => this.#session.user() !== null);
  protected readonly wish = signal<CodeWish | null>(null);
  protected readonly onItsWay = signal<Schemas['CodeOnItsWay'] | null>(null);
  protected readonly againAt = signal(0);
  protected readonly isBusy = signal(false);
  readonly #problem = signal<Problem | null>(null);
  /** The sentence around the number, which is read from left to right whatever the language. */
  protected readonly sentTo = computed(() => {
    const [before, after] = this.t('sign-in.sent', { number: '\0' }).split('\0');
    return { before, after };
  });
  protected readonly trouble = computed(() => sentenceFor(this.#problem(), this.#words));

  protected async ask(wish: CodeWish): Promise<void> {
    this.wish.set(wish);
    const sent = await this.#try(this.#api.post('/api/v1/auth/request-otp', { body: wish }));
    if (!sent) return;
    this.onItsWay.set(sent);
    this.againAt.set(Date.now() + sent.resend_after * 1000);
  }

  protected async askAgain(channel: CodeChannel): Promise<void> {
    const wish = this.wish();
    if (wish) await this.ask({ ...wish, channel });
  }

  protected async signIn(otp: string): Promise<void> {
    const request_id = this.onItsWay()?.request_id;
    if (!request_id) return;
    const answer = await this.#try(this.#api.post('/api/v1/auth/verify-otp', { body: { request_id, otp } }));
    if (!answer) return;
    this.#session.welcome(answer);
    const then = this.then() ?? '/';
    const isOurs = /^\/(?![/\\])/.test(then);
    await this.#router.navigateByUrl(isOurs ? then : '/', { replaceUrl: true });
  }

  protected startOver(): void {
    this.onItsWay.set(null);
    this.#problem.set(null);
  }

  /** Null where it failed; then `trouble` says why. */
  async #try<T>(call: Parameters<typeof firstValueFrom<T>>[0]): Promise<T | null> {
    this.isBusy.set(true);
    this.#problem.set(null);
    try {
      return await firstValueFrom(call);
    } catch (error) {
      this.#problem.set(problemOf(error));
      return null;
    } finally {
      this.isBusy.set(false);
    }
  }
}
