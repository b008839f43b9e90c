import {
  ChangeDetectionStrategy,
  Component,
  inject,
  input,
  linkedSignal,
  output,
  signal,
} from '@angular/core';
import { MatButton } from '@angular/material/button';

import { Icon } from '@app/ui/icon';
import { Sheet } from '@app/ui/sheet';
import { Words } from '@app/words/words';

const LONGEST_NAME = 60;

/** Gives a playlist another name. */
@Component({
  selector: 'ms-playlist-name',
  imports: [Icon, MatButton, Sheet],
  template: `
    <button matButton="tonal" type="button" (click)="isOpen.set(true)">
      <ms-icon name="edit" />{{ t('library.rename') }}
    </button>
    <ms-sheet [title]="t('library.rename')" [isOpen]="isOpen()" (closed)="isOpen.set(false)">
      <form (submit)="$event.preventDefault(); rename()">
        <input
          #field
          type="text"
          autocomplete="off"
          dir="auto"
          [attr.aria-label]="t('library.new-name')"
          [maxLength]="longest"
          [value]="text()"
          (input)="text.set(field.value)"
        />
        <button matButton="filled" type="submit" [disabled]="!text().trim()" disabledInteractive>
          {{ t('account.save') }}
        </button>
      </form>
    </ms-sheet>
  `,
  styles: `
    :host {
      display: contents;
    }
    [matButton] ms-icon {
      inline-size: 20px;
      block-size: 20px;
      margin-inline-end: 8px;
      vertical-align: -4px;
    }
    form {
      display: grid;
      gap: 12px;
    }
    input {
      block-size: 52px;
      padding-inline: 16px;
      border: 1px solid var(--edge);
      border-radius: 16px;
      background: var(--surface);
      color: var(--text);
      font: 420 17px/1.5 var(--font);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PlaylistName {
  readonly name = input.required<string>();
  readonly renamed = output<string>();

  protected readonly t = inject(Words).t;
  protected readonly longest = LONGEST_NAME;
  protected readonly isOpen = signal(false);
  protected readonly text = linkedSignal(() => this.name());

  protected rename(): void {
    const name = this.text().trim();
    if (!name) return;
    this.isOpen.set(false);
    if (name !== this.name()) this.renamed.emit(name);
  }
}
