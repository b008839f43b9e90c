import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';

import { Words } from '@app/words/words';

import { StillWave } from './still-wave';

/** For every address that leads nowhere. */
@Component({
  selector: 'ms-lost-screen',
  imports: [MatButton, RouterLink, StillWave],
  template: `
    <ms-still-wave />
    <h1>{{ t('trouble.lost') }}</h1>
    <p>{{ t('trouble.lost-hint') }}</p>
    <a matButton="filled" routerLink="/">{{ t('trouble.home') }}</a>
  `,
  styleUrl: './trouble.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class LostScreen {
  protected readonly t = inject(Words).t;
}
