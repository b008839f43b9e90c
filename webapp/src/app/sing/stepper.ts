import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';

import { Icon } from '@app/ui/icon';

/** A value between two round buttons that lower and raise it. */
@Component({
  selector: 'ms-stepper',
  imports: [Icon],
  template: `
    <h2 [id]="name()">{{ label() }}</h2>
    <div role="group" [attr.aria-labelledby]="name()">
      <button type="button" [attr.aria-label]="less()" [disabled]="!canLess()" (click)="stepped.emit(-1)">
        <ms-icon name="less" />
      </button>
      <output class="figures">{{ shown() }}</output>
      <button type="button" [attr.aria-label]="more()" [disabled]="!canMore()" (click)="stepped.emit(1)">
        <ms-icon name="more" />
      </button>
    </div>
  `,
  styles: `
    :host {
      display: grid;
      justify-items: center;
      gap: 2px;
    }
    div {
      display: flex;
      align-items: center;
      direction: ltr;
    }
    output {
      min-inline-size: 64px; // "100 %" between its buttons
      font-size: 18px;
      font-weight: 680;
      text-align: center;
    }
    button {
      display: grid;
      place-items: center;
      inline-size: 44px;
      block-size: 44px;
      padding: 0;
      border: 0;
      border-radius: 50%;
      background: var(--surface);
      color: var(--text);
      cursor: pointer;
      transition: background-color var(--ease);
    }
    button:hover:enabled {
      background: var(--raised);
    }
    button:disabled {
      color: var(--edge);
      cursor: default;
    }
    ms-icon {
      inline-size: 20px;
      block-size: 20px;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Stepper {
  readonly name = input.required<string>();
  readonly label = input.required<string>();
  readonly shown = input.required<string>();
  /** What the buttons do. */
  readonly less = input.required<string>();
  readonly more = input.required<string>();
  readonly canLess = input.required<boolean>();
  readonly canMore = input.required<boolean>();
  /** One step down (−1) or up (1). */
  readonly stepped = output<number>();
}
