import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { Cover } from '@app/songs/cover';
import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

import { Player } from './player';

const SHOWN = 50;

/** What comes after this song. */
@Component({
  selector: 'ms-queue-list',
  imports: [Cover, Icon],
  template: `
    @if (coming().length) {
      <h2>{{ t('listen.coming') }}</h2>
      <ol>
        @for (one of coming(); track one.index) {
          <li>
            <button type="button" class="song" (click)="player.jumpTo(one.index)">
              <ms-cover [song]="one.track" [size]="64" />
              <span class="words">
                <bdi class="title" [lang]="one.track.language ?? ''">{{ one.track.title }}</bdi>
                <bdi class="artist" [lang]="one.track.language ?? ''">{{ one.track.artist }}</bdi>
              </span>
            </button>
            <button
              type="button"
              class="out"
              [attr.aria-label]="t('listen.take-out', { title: one.track.title })"
              (click)="player.takeOut(one.index)"
            >
              <ms-icon name="clear" />
            </button>
          </li>
        }
      </ol>
    }
  `,
  styleUrl: './queue-list.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class QueueList {
  protected readonly player = inject(Player);
  protected readonly t = inject(Words).t;
  protected readonly coming = computed(() => {
    const { tracks, at } = this.player.queue();
    return tracks.slice(at + 1, at + 1 + SHOWN).map((track, ahead) => ({ track, index: at + 1 + ahead }));
  });
}
