import { ChangeDetectionStrategy, Component, computed, inject, signal, viewChild } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { firstValueFrom } from 'rxjs';

import { Api, type Schemas } from '@app/api/api';
import { type Problem, problemOf } from '@app/api/problem';
import { Studio } from '@app/api/studio';
import { Session } from '@app/session/session';
import { chatsOf } from '@app/sign-in/chats';
import { CHATS } from '@app/sign-in/code-wish';
import { sentenceFor } from '@app/sign-in/troubles';
import { Confirm } from '@app/ui/confirm';
import { Words } from '@app/words/words';

import { LinkChat } from './link-chat';

type Way = Schemas['Identity'];

const PHONE = 'phone';

/** By what one can sign in: to see, to take away, and to add to. */
@Component({
  selector: 'ms-ways-in',
  imports: [Confirm, LinkChat, MatButton, RouterLink],
  templateUrl: './ways-in.html',
  styleUrl: './card.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class WaysIn {
  readonly #api = inject(Api);
  readonly #session = inject(Session);
  readonly #words = inject(Words);
  readonly #studio = inject(Studio);
  protected readonly t = this.#words.t;
  private readonly confirm = viewChild.required(Confirm);

  protected readonly ways = signal<readonly Way[] | null>(null);
  protected readonly leaving = signal<Way | null>(null);
  protected readonly isLinking = signal(false);
  readonly #problem = signal<Problem | null>(null);
  protected readonly trouble = computed(() => sentenceFor(this.#problem(), this.#words));
  protected readonly canAddPhone = computed(
    () => this.#studio.info()?.phone_sign_in && this.ways()?.every((way) => way.kind !== PHONE),
  );
  protected readonly canAddChat = computed(() => chatsOf(this.#studio.info(), '').length > 0);

  constructor() {
    void this.look();
  }

  protected async look(): Promise<void> {
    await this.#try(async () => {
      const { items } = await firstValueFrom(this.#api.get('/api/v1/users/me/identities', {}));
      this.ways.set(items);
    });
  }

  protected leavingName(): string {
    const way = this.leaving();
    return way ? this.nameOf(way) : '';
  }

  protected nameOf(way: Way): string {
    return way.kind === PHONE ? this.t('sign-in.number') : (CHATS[way.kind] ?? way.kind);
  }

  /** `3 days ago`, in the person's language. */
  protected lastSeen(way: Way): string {
    if (!way.last_seen_at) return '';
    const days = Math.round((Date.parse(way.last_seen_at) - Date.now()) / 86_400_000);
    return new Intl.RelativeTimeFormat(this.#words.language(), { numeric: 'auto' }).format(days, 'day');
  }

  protected ask(way: Way): void {
    this.leaving.set(way);
    this.confirm().ask();
  }

  protected async unlink(): Promise<void> {
    const way = this.leaving();
    this.confirm().close();
    if (!way) return;
    const path = { identity_id: way.id };
    const isDone = await this.#try(() =>
      firstValueFrom(this.#api.delete('/api/v1/users/me/identities/{identity_id}', { path })),
    );
    if (!isDone) return;
    this.ways.update((ways) => ways?.filter((one) => one.id !== way.id) ?? null);
    const user = this.#session.user();
    if (user && way.kind === PHONE) this.#session.update({ ...user, phone_number: null, is_verified: false });
  }

  protected async joined(): Promise<void> {
    this.isLinking.set(false);
    await this.look();
    await this.#try(async () =>
      this.#session.update(await firstValueFrom(this.#api.get('/api/v1/users/me', {}))),
    );
  }

  async #try(act: () => Promise<unknown>): Promise<boolean> {
    this.#problem.set(null);
    try {
      await act();
      return true;
    } catch (error) {
      this.#problem.set(problemOf(error));
      return false;
    }
  }
}
