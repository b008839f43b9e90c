import { Location } from '@angular/common';
import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { Router } from '@angular/router';

import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

/** Back to where one came from; from a shared link, which has no before, to the search. */
@Component({
  selector: 'ms-back-button',
  imports: [Icon],
  template: `
    <button type="button" [attr.aria-label]="t('song.back')" (click)="goBack()">
      <ms-icon name="back" />
    </button>
  `,
  styles: `
    button {
      display: grid;
      place-items: center;
      inline-size: 48px;
      block-size: 48px;
      padding: 0;
      border: 0;
      border-radius: 50%;
      background: none;
      color: var(--text);
      cursor: pointer;
      transition: background-color var(--ease);
    }
    button:hover {
      background: var(--raised);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class BackButton {
  readonly #location = inject(Location);
  readonly #router = inject(Router);
  protected readonly t = inject(Words).t;

  protected goBack(): void {
    const { navigationId } = this.#location.getState() as { navigationId?: number };
    if (navigationId && navigationId > 1) this.#location.back();
    else void this.#router.navigateByUrl('/');
  }
}
