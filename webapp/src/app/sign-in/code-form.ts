import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  effect,
  type ElementRef,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';

import { Words } from '@app/words/words';

import { ChannelChoice } from './channel-choice';
import type { CodeChannel } from './code-wish';

const DIGITS = 6;

/** Six digits: typed, pasted with whatever stands around them, or filled in by the phone. The sixth sends them. */
@Component({
  selector: 'ms-code-form',
  imports: [ChannelChoice, MatButton],
  template: `
    <form novalidate (submit)="$event.preventDefault(); send()">
      <label for="code">{{ t('sign-in.code') }}</label>
      <div class="slots" dir="ltr" [class.wrong]="trouble()">
        @for (place of places; track place) {
          <span class="figures" aria-hidden="true" [class.next]="place === digits().length">{{
            digits()[place]
          }}</span>
        }
        <input
          #field
          id="code"
          type="text"
          name="code"
          autocomplete="one-time-code"
          inputmode="numeric"
          enterkeyhint="done"
          spellcheck="false"
          [readOnly]="isBusy()"
          [attr.aria-invalid]="trouble() ? true : null"
          [attr.aria-describedby]="trouble() ? 'trouble' : null"
          [value]="digits()"
          (input)="read(field)"
        />
      </div>
      @if (trouble(); as text) {
        <p class="trouble" id="trouble" role="alert">{{ text }}</p>
      }
    </form>
    <div class="again">
      @if (secondsLeft() > 0) {
        <p class="figures">{{ t('sign-in.again-in', { seconds: secondsLeft() }) }}</p>
      } @else {
        <ms-channel-choice [chosen]="channel()" (choose)="channel.set($event)" />
        <button matButton="tonal" type="button" [disabled]="isBusy()" (click)="again.emit(channel())">
          {{ t('sign-in.again') }}
        </button>
      }
      <button matButton type="button" (click)="otherNumber.emit()">{{ t('sign-in.other-number') }}</button>
    </div>
  `,
  styleUrl: './form.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CodeForm {
  /** When another code may be asked for, as `Date.now()` counts. */
  readonly againAt = input.required<number>();
  readonly isBusy = input.required<boolean>();
  readonly trouble = input('');
  readonly typed = output<string>();
  readonly again = output<CodeChannel>();
  readonly otherNumber = output<void>();

  protected readonly t = inject(Words).t;
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');
  protected readonly places = Array.from({ length: DIGITS }, (_, place) => place);
  protected readonly digits = signal('');
  protected readonly channel = signal<CodeChannel>('sms');
  readonly #now = signal(Date.now());
  protected readonly secondsLeft = computed(() => Math.ceil((this.againAt() - this.#now()) / 1000));

  constructor() {
    const ticking = setInterval(() => this.#now.set(Date.now()), 500);
    inject(DestroyRef).onDestroy(() => clearInterval(ticking));
    afterNextRender(() => this.field().nativeElement.focus());
    effect(() => {
      if (!this.trouble()) return;
      this.digits.set('');
      this.field().nativeElement.focus();
    });
  }

  protected read(field: HTMLInputElement): void {
    const before = this.digits();
    this.digits.set(digitsOf(field.value));
    field.value = this.digits();
    if (this.digits() !== before) this.send();
  }

  protected send(): void {
    if (this.digits().length === DIGITS && !this.isBusy()) this.typed.emit(this.digits());
  }
}

/** The first six digits, in any script that a keyboard writes them in. */
export function digitsOf(text: string): string {
  return [...text.matchAll(/\p{Nd}/gu)]
    .map(([digit]) => String(valueOf(digit)))
    .join('')
    .slice(0, DIGITS);
}

/** Unicode keeps the ten digits of each script one after the other, from a zero on. */
function valueOf(digit: string): number {
  let zero = digit.codePointAt(0) ?? 0;
  const own = zero;
  while (own - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
  return own - zero;
}
