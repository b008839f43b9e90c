import {
  booleanAttribute,
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  inject,
  input,
  output,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';

import { Words } from '@app/words/words';

/** A question before what can't be undone by a tap: the browser's own dialog, which keeps the focus inside. */
@Component({
  selector: 'ms-confirm',
  imports: [MatButton],
  template: `
    <dialog #dialog aria-labelledby="question" closedby="any" (close)="closed.emit()">
      <div>
        <h2 id="question">{{ question() }}</h2>
        @if (hint(); as hint) {
          <p>{{ hint }}</p>
        }
        <div class="answers">
          <button matButton="tonal" type="button" (click)="dialog.close()">
            {{ no() || t('app.cancel') }}
          </button>
          <button
            type="button"
            [matButton]="isGrave() ? 'outlined' : 'filled'"
            [class.grave]="isGrave()"
            (click)="agreed.emit()"
          >
            {{ yes() }}
          </button>
        </div>
      </div>
    </dialog>
  `,
  styleUrl: './confirm.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Confirm {
  readonly question = input.required<string>();
  readonly hint = input('');
  readonly yes = input.required<string>();
  readonly no = input('');
  readonly isGrave = input(false, { transform: booleanAttribute });
  readonly agreed = output<void>();
  readonly closed = output<void>();

  protected readonly t = inject(Words).t;
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  ask(): void {
    this.dialog().nativeElement.showModal();
  }

  close(): void {
    this.dialog().nativeElement.close();
  }
}
