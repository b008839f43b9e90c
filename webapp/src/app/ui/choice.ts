import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';

import { Icon } from './icon';

/** One of several, of which one is chosen: a radio button as wide as its card. */
@Component({
  selector: 'ms-choice',
  imports: [Icon],
  template: `
    <label>
      <input type="radio" [name]="group()" [checked]="chosen()" (change)="choose.emit()" />
      <span [attr.lang]="lang() || null">{{ label() }}</span>
      @if (chosen()) {
        <ms-icon name="check" />
      }
    </label>
  `,
  styles: `
    label {
      display: flex;
      align-items: center;
      justify-content: space-between;
      min-block-size: 52px;
      padding: 4px 12px;
      border-radius: 16px;
      font-size: 17px;
      cursor: pointer;
      transition: background-color var(--ease);
    }
    label:hover {
      background: var(--raised);
    }
    label:has(:checked) {
      font-weight: 640;
    }
    label:has(:focus-visible) {
      outline: 3px solid var(--action-text);
      outline-offset: -3px;
    }
    input {
      position: absolute;
      opacity: 0;
      pointer-events: none;
    }
    ms-icon {
      color: var(--action-text);
    }
    [lang] {
      font-family: system-ui, sans-serif;
      line-height: 1.7;
    }
    [lang='en'] {
      font-family: var(--font);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Choice {
  readonly group = input.required<string>();
  readonly label = input.required<string>();
  readonly chosen = input.required<boolean>();
  /** The language of the label, where it is another one. */
  readonly lang = input('');
  readonly choose = output<void>();
}
