import { ChangeDetectionStrategy, Component, inject, input, output } from '@angular/core';

import { Sheet } from '@app/ui/sheet';
import type { Key } from '@app/words/catalogue';
import { Words } from '@app/words/words';

import { Shortcuts } from './shortcuts';

/** Which key does what, on the screen where it is opened; and whether keys do anything at all. */
@Component({
  selector: 'ms-shortcut-sheet',
  imports: [Sheet],
  template: `
    <ms-sheet [title]="t('listen.keys')" [isOpen]="isOpen()" (closed)="closed.emit()">
      <dl>
        @for (shortcut of shortcuts(); track shortcut.key) {
          <div>
            <dt>{{ t(shortcut.does) }}</dt>
            <dd>
              <kbd>{{ shortcut.key }}</kbd>
            </dd>
          </div>
        }
      </dl>
      <label>
        <input type="checkbox" [checked]="keys.areOn()" (change)="keys.use(use.checked)" #use />
        {{ t('listen.use-keys') }}
      </label>
    </ms-sheet>
  `,
  styles: `
    dl > div {
      display: flex;
      align-items: center;
      justify-content: space-between;
      min-block-size: 44px;
      border-block-end: 1px solid var(--line);
    }
    kbd {
      display: inline-grid;
      place-items: center;
      min-inline-size: 32px;
      block-size: 32px;
      border-radius: 10px;
      background: var(--raised);
      font: 640 15px/1 var(--font);
    }
    label {
      display: flex;
      align-items: center;
      gap: 12px;
      min-block-size: 52px;
    }
    input {
      inline-size: 20px;
      block-size: 20px;
      accent-color: var(--action);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ShortcutSheet {
  readonly shortcuts = input.required<readonly { readonly key: string; readonly does: Key }[]>();
  readonly isOpen = input.required<boolean>();
  readonly closed = output();

  protected readonly keys = inject(Shortcuts);
  protected readonly t = inject(Words).t;
}
