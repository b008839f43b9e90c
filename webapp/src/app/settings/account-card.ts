import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';

import { Person } from '@app/account/person';
import { Session } from '@app/session/session';
import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

/** Who is signed in, on the way to all about it; or why one might sign in. */
@Component({
  selector: 'ms-account-card',
  imports: [Icon, MatButton, Person, RouterLink],
  template: `
    @if (session.user(); as user) {
      <a class="card" routerLink="/account"><ms-person [user]="user" /><ms-icon name="onward" /></a>
    } @else if (session.isKnown()) {
      <div class="card">
        <p>{{ t('sign-in.why') }}</p>
        <a matButton="filled" routerLink="/sign-in" [queryParams]="{ then: '/settings' }">{{
          t('sign-in.title')
        }}</a>
      </div>
    }
  `,
  styles: `
    :host {
      display: block;
    }
    :host:empty {
      display: none;
    }
    .card {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: space-between;
      gap: 12px 20px;
      padding: 20px;
      border: 1px solid var(--line);
      border-radius: 24px;
      background: var(--surface);
      color: var(--text);
      text-decoration: none;
    }
    a.card {
      flex-wrap: nowrap;
      transition: background-color var(--ease);
    }
    a.card:hover {
      background: var(--raised);
    }
    p {
      flex: 1 1 200px;
      font-size: 17px;
      font-weight: 560;
    }
    ms-icon {
      color: var(--quiet);
    }
    @media (width >= 840px) {
      :host {
        grid-column: 1 / -1;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AccountCard {
  protected readonly session = inject(Session);
  protected readonly t = inject(Words).t;
}
