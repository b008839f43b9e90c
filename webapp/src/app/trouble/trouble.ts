import {
  booleanAttribute,
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  output,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';

import { hintFor, isPassing, wordsFor, type Problem } from '@app/api/problem';
import { KeptSongs } from '@app/offline/kept-songs';
import { Connection } from '@app/ui/connection';
import { Words } from '@app/words/words';

import { StillWave } from './still-wave';

/** What happened, and the next thing to try. Once the network is back, what failed without it is tried by itself. */
@Component({
  selector: 'ms-trouble',
  imports: [MatButton, RouterLink, StillWave],
  template: `
    <ms-still-wave />
    <div role="alert">
      @if (isWholeScreen()) {
        <h1>{{ t(headline()) }}</h1>
      } @else {
        <h2>{{ t(headline()) }}</h2>
      }
      <p>{{ hint() }}</p>
    </div>
    @if (problem().code === 'offline' && hasKept()) {
      <a matButton="filled" routerLink="/library/offline">{{ t('offline.open') }}</a>
      <button matButton="tonal" type="button" (click)="again.emit()">{{ t('trouble.again') }}</button>
    } @else if (mayPass()) {
      <button matButton="filled" type="button" (click)="again.emit()">{{ t('trouble.again') }}</button>
    } @else {
      <a matButton="filled" routerLink="/">{{ t('trouble.home') }}</a>
    }
  `,
  styleUrl: './trouble.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Trouble {
  readonly problem = input.required<Problem>();
  readonly isWholeScreen = input(false, { transform: booleanAttribute });
  readonly again = output<void>();

  readonly #connection = inject(Connection);
  readonly #words = inject(Words);
  protected readonly t = this.#words.t;
  readonly #kept = inject(KeptSongs);
  protected readonly hasKept = computed(() => this.#kept.all().length > 0);
  protected readonly headline = computed(() => wordsFor(this.problem()).headline);
  protected readonly hint = computed(() => hintFor(this.problem(), this.#words));
  protected readonly mayPass = computed(() => isPassing(this.problem()) || this.problem().status >= 500);

  constructor() {
    let wasOffline = false;
    effect(() => {
      const online = this.#connection.online();
      if (online && wasOffline && this.problem().code === 'offline') this.again.emit();
      wasOffline = !online;
    });
  }
}
