import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';

import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

/** Leads to where a song is sung; whoever is not signed in comes by the sign-in. */
@Component({
  selector: 'ms-sing-button',
  imports: [Icon, MatButton, RouterLink],
  template: `
    <a matButton="filled" [routerLink]="['/sing', songId()]"><ms-icon name="voice" />{{ t('sing.sing') }}</a>
  `,
  styles: `
    :host {
      display: contents;
    }
    ms-icon {
      inline-size: 20px;
      block-size: 20px;
      margin-inline-end: 8px;
      vertical-align: -4px;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SingButton {
  readonly songId = input.required<string>();
  protected readonly t = inject(Words).t;
}
