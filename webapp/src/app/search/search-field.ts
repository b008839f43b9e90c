import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  inject,
  input,
  output,
  viewChild,
} from '@angular/core';

import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

/** The line that is typed into. */
@Component({
  selector: 'ms-search-field',
  imports: [Icon],
  template: `
    <search>
      <form (submit)="$event.preventDefault(); sent.emit(field.value); field.blur()">
        <label>
          <span class="unseen">{{ t('search.field') }}</span>
          <ms-icon name="search" />
          <input
            #field
            type="search"
            name="q"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            enterkeyhint="search"
            maxlength="200"
            dir="auto"
            [placeholder]="t('search.field')"
            [value]="text()"
            (input)="typed.emit(field.value)"
          />
        </label>
        @if (text()) {
          <button type="button" [attr.aria-label]="t('search.clear')" (click)="clear()">
            <ms-icon name="clear" />
          </button>
        }
      </form>
    </search>
  `,
  styleUrl: './search-field.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SearchField {
  readonly text = input.required<string>();
  /** Each change of the text. */
  readonly typed = output<string>();
  /** The person has finished typing. */
  readonly sent = output<string>();

  protected readonly t = inject(Words).t;
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');

  protected clear(): void {
    this.typed.emit('');
    this.field().nativeElement.focus();
  }
}
