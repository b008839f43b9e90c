import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router, RouterLink } from '@angular/router';
import { filter, map, startWith } from 'rxjs';

import { Cover } from '@app/songs/cover';
import { lengthOf } from '@app/songs/length';
import { Icon } from '@app/ui/icon';
import type { Key } from '@app/words/catalogue';
import { Words } from '@app/words/words';

import { LockScreen } from './lock-screen';
import { PlayButton } from './play-button';
import { Player } from './player';
import { Shortcuts } from './shortcuts';
import { ShortcutSheet } from './shortcut-sheet';
import { Tone } from './tone';
import type { Version } from './versions';

export const VERSION_NAMES = {
  whole: 'listen.whole',
  instrumental: 'listen.instrumental',
  vocals: 'making.vocals',
} as const satisfies Record<Version, Key>;

/** What is on, above the places: a tap opens the whole player. */
@Component({
  selector: 'ms-mini-player',
  imports: [Cover, Icon, PlayButton, RouterLink, ShortcutSheet],
  template: `
    @if (player.track(); as track) {
      @if (!isElsewhere()) {
        <section [attr.aria-label]="t('listen.playing')">
          <a routerLink="/player">
            <span class="unseen">{{ t('listen.open') }}</span>
            <ms-cover [song]="track" [size]="64" />
            <span class="words">
              <bdi class="title" [lang]="track.language ?? ''">{{ track.title }}</bdi>
              <span class="facts figures">{{ facts() }}</span>
            </span>
          </a>
          <ms-play-button
            [isPlaying]="player.isPlaying()"
            [isWaiting]="player.isWaiting()"
            (toggled)="player.toggle()"
          />
          <button
            type="button"
            [disabled]="!player.hasNext()"
            [attr.aria-label]="t('listen.next')"
            (click)="player.next()"
          >
            <ms-icon name="next" />
          </button>
          <span class="heard" [style.inline-size.%]="progress()"></span>
        </section>
      }
      <ms-shortcut-sheet [shortcuts]="keys.all" [isOpen]="keys.isHelpOpen()" (closed)="keys.help(false)" />
    }
  `,
  styleUrl: './mini-player.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class MiniPlayer {
  protected readonly player = inject(Player);
  protected readonly keys = inject(Shortcuts);
  protected readonly t = inject(Words).t;

  protected readonly progress = computed(() => {
    const duration = this.player.duration();
    return duration ? Math.min(100, (this.player.position() / duration) * 100) : 0;
  });
  protected readonly facts = computed(
    () => `${this.t(VERSION_NAMES[this.player.version()])} · ${lengthOf(this.player.position())}`,
  );
  readonly #router = inject(Router);
  /** The whole player is open, or somebody sings: that has its own. */
  protected readonly isElsewhere = toSignal(
    this.#router.events.pipe(
      filter((event) => event instanceof NavigationEnd),
      startWith(null),
      map(() => /^\/(player|sing\/[^/]+)$/.test(this.#router.url.split('?')[0] ?? '')),
    ),
    { requireSync: true },
  );

  constructor() {
    inject(LockScreen);
    inject(Tone);
  }
}
