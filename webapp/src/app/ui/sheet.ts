import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  effect,
  type ElementRef,
  inject,
  input,
  output,
  viewChild,
} from '@angular/core';

import { Words } from '@app/words/words';

import { Icon } from './icon';

/**
 * Something to be decided before all else: rises from below on a phone, stands in the middle elsewhere. The browser's
 * own dialog keeps the focus inside, gives it back, and closes with Escape.
 */
@Component({
  selector: 'ms-sheet',
  imports: [Icon],
  template: `
    <dialog #dialog aria-labelledby="sheet-title" (close)="closed.emit()">
      @if (isOpen()) {
        <div class="inside">
          <header>
            <h2 id="sheet-title">{{ title() }}</h2>
            <button type="button" [attr.aria-label]="t('app.close')" (click)="dialog.close()">
              <ms-icon name="clear" />
            </button>
          </header>
          <ng-content />
        </div>
      }
    </dialog>
  `,
  styles: `
    :host {
      display: contents; // closed it takes no room among the buttons, nor the gap beside it
    }
    dialog {
      inline-size: min(480px, 100%);
      max-inline-size: 100%;
      max-block-size: 88dvh;
      margin: auto auto 0;
      padding: 0;
      border: 0;
      border-radius: 28px 28px 0 0;
      background: var(--surface);
      color: var(--text);
      box-shadow: var(--shadow);
    }
    dialog:focus-visible {
      outline: none;
    }
    dialog[open] {
      animation: rise 180ms ease-out;
    }
    dialog::backdrop {
      background: rgb(8 5 16 / 62%);
    }
    .inside {
      padding: 20px var(--side) calc(24px + env(safe-area-inset-bottom));
    }
    header {
      display: flex;
      align-items: center;
      justify-content: space-between;
      margin-block-end: 12px;
    }
    h2 {
      color: var(--text);
      font-size: 20px;
      font-weight: 700;
    }
    button {
      display: grid;
      place-items: center;
      inline-size: 44px;
      block-size: 44px;
      margin-inline-end: -10px;
      padding: 0;
      border: 0;
      border-radius: 50%;
      background: none;
      color: var(--quiet);
      cursor: pointer;
    }
    button:hover {
      background: var(--raised);
    }
    @keyframes rise {
      from {
        translate: 0 24px;
        opacity: 0;
      }
    }
    @media (width >= 700px) {
      dialog {
        margin: auto;
        border-radius: 28px;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Sheet {
  readonly title = input.required<string>();
  readonly isOpen = input.required<boolean>();
  readonly closed = output<void>();

  protected readonly t = inject(Words).t;
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  constructor() {
    afterNextRender(() => {
      const dialog = this.dialog().nativeElement;
      // The dialog itself is hit only beside what is in it. With the keyboard, Escape does the same.
      dialog.addEventListener('click', ({ target }) => {
        if (target === dialog) dialog.close();
      });
    });
    effect(() => {
      const dialog = this.dialog().nativeElement;
      if (this.isOpen() && !dialog.open) dialog.showModal();
      else if (!this.isOpen() && dialog.open) dialog.close();
    });
  }
}
