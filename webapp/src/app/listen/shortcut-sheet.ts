import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Sheet } from '@app/ui/sheet';
import { Words } from '@app/words/words';

import { Shortcuts } from './shortcuts';

/** Which key does what. */
@Component({
  selector: 'ms-shortcut-sheet',
  imports: [Sheet],
  template: `
    <ms-sheet [title]="t('listen.keys')" [isOpen]="shortcuts.isHelpOpen()" (closed)="shortcuts.help(false)">
      <dl>
        @for (shortcut of shortcuts.all; track shortcut.key) {
          <div>
            <dt>{{ t(shortcut.does) }}</dt>
            <dd>
              <kbd>{{ shortcut.key }}</kbd>
            </dd>
          </div>
        }
      </dl>
      <label>
        <input type="checkbox" [checked]="shortcuts.areOn()" (change)="shortcuts.use(use.checked)" #use />
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
  protected readonly shortcuts = inject(Shortcuts);
  protected readonly t = inject(Words).t;
}
