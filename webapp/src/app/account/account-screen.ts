import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Session } from '@app/session/session';
import { BackButton } from '@app/song/back-button';
import { Words } from '@app/words/words';

import { Leaving } from './leaving';
import { NameForm } from './name-form';
import { Person } from './person';
import { WaysIn } from './ways-in';

/** One's own account: who one is, the ways in, and the ways out. */
@Component({
  selector: 'ms-account-screen',
  imports: [BackButton, Leaving, NameForm, Person, WaysIn],
  template: `
    <ms-back-button />
    @if (session.user(); as user) {
      <header><ms-person [user]="user" isHeading /></header>
      <ms-name-form [user]="user" />
      <ms-ways-in />
      <ms-leaving />
    } @else {
      <h1>{{ t('account.place') }}</h1>
      <p>{{ t('trouble.offline-hint') }}</p>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: 24px;
      max-inline-size: 720px;
      padding: 8px var(--side) 40px;
    }
    ms-back-button {
      margin-inline-start: -12px;
      margin-block-end: -12px;
    }
    @media (width >= 840px) {
      :host {
        padding-block: 24px 64px;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AccountScreen {
  protected readonly session = inject(Session);
  protected readonly t = inject(Words).t;
}
