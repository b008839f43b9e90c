import { Location } from '@angular/common';
import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { firstValueFrom } from 'rxjs';

import { Api, type Schemas } from '@app/api/api';
import { type Problem, problemOf } from '@app/api/problem';
import { Session } from '@app/session/session';
import { Trouble } from '@app/trouble/trouble';
import { CHATS } from '@app/sign-in/code-wish';
import { StillWave } from '@app/trouble/still-wave';
import { Words } from '@app/words/words';

const GONE = 'sign-in-link';
const TAKEN = 'someone-else-signed-in';

/**
 * Where a link from a private chat leads. Opening it spends nothing, so previews may look; a tap signs in. The token
 * stands behind the `#` and is taken out of the address at once.
 */
@Component({
  selector: 'ms-link-screen',
  imports: [MatButton, RouterLink, StillWave, Trouble],
  templateUrl: './link-screen.html',
  styleUrl: '../sign-in/sign-in-screen.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class LinkScreen {
  readonly #api = inject(Api);
  readonly #router = inject(Router);
  readonly #session = inject(Session);
  protected readonly t = inject(Words).t;
  #token = '';

  protected readonly offer = signal<Schemas['LinkOffer'] | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly isBusy = signal(false);
  protected readonly isGone = computed(() => this.problem()?.code === GONE);
  protected readonly isTaken = computed(
    () => this.offer()?.signed_in_as === 'other' || this.problem()?.code === TAKEN,
  );
  protected readonly chat = computed(() => CHATS[this.offer()?.kind ?? ''] ?? this.offer()?.kind ?? '');
  protected readonly name = computed(() => this.offer()?.name ?? this.chat());

  constructor() {
    const location = inject(Location);
    inject(ActivatedRoute)
      .fragment.pipe(takeUntilDestroyed())
      .subscribe((token) => {
        this.#token = token ?? '';
        location.replaceState('/link');
        void this.look();
      });
  }

  /** Whose link it is; it stays good. */
  protected async look(): Promise<void> {
    await this.#session.start();
    await this.#try(async () => {
      if (!this.#token) throw { code: GONE, status: 404 } satisfies Problem;
      this.offer.set(
        await firstValueFrom(this.#api.post('/api/v1/auth/link/preview', { body: { token: this.#token } })),
      );
    });
  }

  protected async goOn(): Promise<void> {
    await this.#try(async () => {
      this.#session.welcome(
        await firstValueFrom(this.#api.post('/api/v1/auth/link', { body: { token: this.#token } })),
      );
      await this.#router.navigateByUrl('/', { replaceUrl: true });
    });
  }

  protected async signOut(): Promise<void> {
    await this.#try(() => this.#session.signOut());
    if (!this.problem()) await this.look();
  }

  async #try(act: () => Promise<void>): Promise<void> {
    this.isBusy.set(true);
    this.problem.set(null);
    try {
      await act();
    } catch (error) {
      this.problem.set(problemOf(error));
    } finally {
      this.isBusy.set(false);
    }
  }
}
