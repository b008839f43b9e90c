import {
  ChangeDetectionStrategy,
  Component,
  computed,
  type ElementRef,
  inject,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router, RouterOutlet } from '@angular/router';
import { filter, map, pairwise } from 'rxjs';

import { Install } from './install/install';
import { MiniPlayer } from './listen/mini-player';
import { OnStage } from './listen/on-stage';
import { keepOnlyWhoIsHere } from './offline/belonging';
import { keepUp } from './offline/keep-up';
import { Outbox } from './outbox/outbox';
import { followNotifications } from './push/notified';
import { Profile } from './session/profile';
import { Navigation } from './shell/navigation';
import { offerUpdates } from './shell/updates';
import { ChosenBefore } from './sing/chosen';
import { Theme } from './theme/theme';
import { Connection } from './ui/connection';
import { Icon } from './ui/icon';
import { Words } from './words/words';

/** The house around all screens: where one can go, and word of the network. */
@Component({
  selector: 'app-root',
  imports: [Icon, MiniPlayer, Navigation, RouterOutlet],
  template: `
    <a class="skip" href="#main" (click)="skip($event)">{{ t('app.skip') }}</a>
    <ms-navigation />
    <div class="screen">
      @if (!connection.online() || waiting()) {
        <p class="offline" role="status">
          @if (!connection.online()) {
            {{ t('app.offline') }}
          }
          @if (waiting(); as count) {
            <span class="waiting"><ms-icon name="clock" />{{ t('app.waiting', { count }) }}</span>
          }
        </p>
      } @else if (!connection.hasStudio()) {
        <p class="offline" role="status">{{ t('app.away') }}</p>
      }
      <main #main id="main" tabindex="-1"><router-outlet /></main>
    </div>
    @defer (when onStage.isSet()) {
      <ms-mini-player />
    }
  `,
  styleUrl: './app.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class App {
  protected readonly connection = inject(Connection);
  protected readonly onStage = inject(OnStage);
  protected readonly t = inject(Words).t;
  protected readonly waiting = computed(() => this.#outbox.waiting().length);
  readonly #outbox = inject(Outbox);
  private readonly main = viewChild.required<ElementRef<HTMLElement>>('main');

  constructor() {
    inject(Theme);
    offerUpdates();
    inject(Profile);
    inject(Install);
    keepOnlyWhoIsHere();
    keepUp();
    followNotifications();
    inject(ChosenBefore);
    this.#moveFocusToNewScreens();
  }

  protected skip(click: Event): void {
    click.preventDefault();
    this.main().nativeElement.focus();
  }

  /** As a new page would: whoever reads with their ears starts at its beginning. Filters change no screen. */
  #moveFocusToNewScreens(): void {
    inject(Router)
      .events.pipe(
        filter((event) => event instanceof NavigationEnd),
        map((event) => event.urlAfterRedirects.split('?')[0]),
        pairwise(),
        filter(([before, now]) => before !== now),
        takeUntilDestroyed(),
      )
      .subscribe(() => this.main().nativeElement.focus({ preventScroll: true }));
  }
}
