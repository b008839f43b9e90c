import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';

import { Icon, type IconName } from '@app/ui/icon';
import type { Key } from '@app/words/catalogue';
import { Words } from '@app/words/words';

interface Place {
  readonly path: string;
  readonly name: Key;
  readonly icon: IconName;
}

/** The places of the player: at the thumb on phones, a rail at the side where there is room. */
@Component({
  selector: 'ms-navigation',
  imports: [Icon, RouterLink, RouterLinkActive],
  template: `
    <nav [attr.aria-label]="t('app.places')">
      <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
        <path class="music" d="M8 14v8M16 18v6M24 14v8" />
        <path class="voice" d="M16 7v4" />
      </svg>
      @for (place of places; track place.path) {
        <a
          ariaCurrentWhenActive="page"
          routerLinkActive="here"
          [routerLink]="place.path"
          [routerLinkActiveOptions]="{
            paths: 'exact',
            queryParams: 'ignored',
            fragment: 'ignored',
            matrixParams: 'ignored',
          }"
        >
          <ms-icon [name]="place.icon" />
          <span>{{ t(place.name) }}</span>
        </a>
      }
    </nav>
  `,
  styleUrl: './navigation.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Navigation {
  protected readonly t = inject(Words).t;
  protected readonly places: readonly Place[] = [
    { path: '/', name: 'search.place', icon: 'search' },
    { path: '/library', name: 'library.place', icon: 'library' },
    { path: '/making', name: 'jobs.place', icon: 'making' },
    { path: '/settings', name: 'settings.place', icon: 'settings' },
  ];
}
