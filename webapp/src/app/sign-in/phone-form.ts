import {
  ChangeDetectionStrategy,
  Component,
  computed,
  inject,
  input,
  linkedSignal,
  output,
  signal,
} from '@angular/core';
import { MatButton } from '@angular/material/button';

import { Studio } from '@app/api/studio';
import { Words } from '@app/words/words';

import { ChannelChoice } from './channel-choice';
import type { CodeChannel, CodeWish } from './code-wish';
import { countriesIn, HOME, takenApart } from './countries';

/** Whose phone, and by which way the code is to come. */
@Component({
  selector: 'ms-phone-form',
  imports: [ChannelChoice, MatButton],
  template: `
    <form novalidate (submit)="$event.preventDefault(); send(number)">
      <label for="number">{{ t('sign-in.number') }}</label>
      <div class="field" dir="ltr" [class.wrong]="trouble()">
        <span class="country">
          <span aria-hidden="true">+{{ country().code }}</span>
          <select [attr.aria-label]="t('sign-in.country')" (change)="choose($any($event.target).value)">
            @for (one of countries(); track one.region) {
              <option [value]="one.region" [selected]="one.region === country().region">
                {{ one.name }} +{{ one.code }}
              </option>
            }
          </select>
        </span>
        <input
          #number
          id="number"
          type="tel"
          name="tel"
          autocomplete="tel"
          inputmode="tel"
          enterkeyhint="send"
          maxlength="30"
          required
          [attr.aria-invalid]="trouble() ? true : null"
          [attr.aria-describedby]="trouble() ? 'trouble' : null"
          [value]="typed()"
          (input)="read(number)"
        />
      </div>
      @if (trouble(); as text) {
        <p class="trouble" id="trouble" role="alert">{{ text }}</p>
      }
      <ms-channel-choice [chosen]="channel()" (choose)="channel.set($event)" />
      <button matButton="filled" type="submit" [disabled]="isBusy()" disabledInteractive>
        {{ t('sign-in.send') }}
      </button>
    </form>
  `,
  styleUrl: './form.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PhoneForm {
  readonly wish = input<CodeWish | null>(null);
  readonly isBusy = input.required<boolean>();
  readonly trouble = input('');
  readonly sent = output<CodeWish>();

  readonly #words = inject(Words);
  protected readonly studio = inject(Studio);
  protected readonly t = this.#words.t;
  protected readonly countries = computed(() => countriesIn(this.#words.language()));
  readonly #given = computed(() => takenApart(this.wish()?.phone_number ?? ''));
  protected readonly country = linkedSignal(() => this.#given()?.country ?? HOME);
  protected readonly typed = linkedSignal(() => this.#given()?.rest ?? '');
  protected readonly channel = signal<CodeChannel>('sms');

  protected choose(region: string): void {
    this.country.set(this.countries().find((one) => one.region === region) ?? HOME);
  }

  /** A number that comes with its country, as browsers fill it in, chooses that one. */
  protected read(field: HTMLInputElement): void {
    const parts = takenApart(field.value);
    if (parts && parts.rest) {
      this.country.set(parts.country);
      field.value = parts.rest;
    }
    this.typed.set(field.value);
  }

  protected send(field: HTMLInputElement): void {
    if (!field.value.trim()) field.focus();
    else if (!this.isBusy()) {
      this.sent.emit({ phone_number: `+${this.country().code}${field.value}`, channel: this.channel() });
    }
  }
}
