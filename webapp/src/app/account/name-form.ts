import {
  ChangeDetectionStrategy,
  Component,
  computed,
  inject,
  input,
  linkedSignal,
  signal,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { firstValueFrom } from 'rxjs';

import { Api } from '@app/api/api';
import { problemOf } from '@app/api/problem';
import { Session, type User } from '@app/session/session';
import { Notices } from '@app/shell/notices';
import { sentenceFor } from '@app/sign-in/troubles';
import { Words } from '@app/words/words';

/** What the studio calls somebody. */
@Component({
  selector: 'ms-name-form',
  imports: [MatButton],
  template: `
    <form class="card" (submit)="$event.preventDefault(); save()">
      <label for="name">{{ t('account.name') }}</label>
      <div class="line">
        <input
          #field
          id="name"
          name="name"
          autocomplete="name"
          maxlength="200"
          dir="auto"
          [value]="name()"
          (input)="name.set(field.value)"
        />
        @if (isChanged()) {
          <button matButton="filled" type="submit" [disabled]="isBusy()" disabledInteractive>
            {{ t('account.save') }}
          </button>
        }
      </div>
    </form>
  `,
  styleUrl: './card.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class NameForm {
  readonly user = input.required<User>();

  readonly #api = inject(Api);
  readonly #session = inject(Session);
  readonly #notices = inject(Notices);
  readonly #words = inject(Words);
  protected readonly t = this.#words.t;
  protected readonly name = linkedSignal(() => this.user().name ?? '');
  protected readonly isChanged = computed(() => this.name().trim() !== (this.user().name ?? ''));
  protected readonly isBusy = signal(false);

  protected async save(): Promise<void> {
    if (!this.isChanged() || this.isBusy()) return;
    this.isBusy.set(true);
    try {
      const changes = { name: this.name().trim() || null, preferences: {} };
      this.#session.update(await firstValueFrom(this.#api.patch('/api/v1/users/me', { body: changes })));
      void this.#notices.say(this.t('account.saved'));
    } catch (error) {
      void this.#notices.say(sentenceFor(problemOf(error), this.#words));
    } finally {
      this.isBusy.set(false);
    }
  }
}
