import { LiveAnnouncer } from '@angular/cdk/a11y';
import { CdkDrag, type CdkDragDrop, CdkDragHandle, CdkDropList } from '@angular/cdk/drag-drop';
import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  inject,
  Injector,
  input,
  output,
} from '@angular/core';

import type { Schemas } from '@app/api/api';
import { Player } from '@app/listen/player';
import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

import { LibraryRow } from './library-row';

type Item = Schemas['LibraryItem'];

export interface Moved {
  readonly songId: string;
  /** 0 is the first. */
  readonly to: number;
}

/** The songs of a playlist in their order, which a finger, a mouse or the arrow keys change. */
@Component({
  selector: 'ms-playlist-rows',
  imports: [CdkDrag, CdkDragHandle, CdkDropList, Icon, LibraryRow],
  template: `
    <ul cdkDropList cdkDropListLockAxis="y" (cdkDropListDropped)="drop($event)">
      @for (item of items(); track item.song_id; let index = $index) {
        <li cdkDrag [cdkDragDisabled]="items().length < 2">
          @if (items().length > 1) {
            <button
              type="button"
              class="round hold"
              cdkDragHandle
              [id]="'hold-' + item.song_id"
              [attr.aria-label]="t('library.move', { title: item.song.title })"
              (keydown.arrowUp)="step($event, index, -1)"
              (keydown.arrowDown)="step($event, index, 1)"
            >
              <ms-icon name="hold" />
            </button>
          }
          <ms-library-row
            [song]="item.song"
            [isOn]="player.track()?.id === item.song_id"
            (started)="started.emit(index)"
          >
            <button
              type="button"
              class="round"
              [attr.aria-label]="t('listen.take-out', { title: item.song.title })"
              (click)="takenOut.emit(item.song_id)"
            >
              <ms-icon name="clear" />
            </button>
          </ms-library-row>
        </li>
      } @empty {
        <li class="quiet">{{ t('library.hint-playlist') }}</li>
      }
    </ul>
  `,
  styleUrl: './playlist-rows.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PlaylistRows {
  readonly items = input.required<readonly Item[]>();
  readonly started = output<number>();
  readonly moved = output<Moved>();
  readonly takenOut = output<string>();

  readonly #announcer = inject(LiveAnnouncer);
  readonly #injector = inject(Injector);
  protected readonly player = inject(Player);
  protected readonly t = inject(Words).t;

  protected drop({ previousIndex, currentIndex }: CdkDragDrop<unknown>): void {
    this.#move(previousIndex, currentIndex);
  }

  protected step(event: Event, from: number, by: number): void {
    event.preventDefault(); // the page stays where it is
    const handle = event.currentTarget as HTMLElement;
    const to = from + by;
    if (to < 0 || to >= this.items().length) return;
    const title = this.items()[from]?.song.title ?? '';
    this.#move(from, to);
    void this.#announcer.announce(this.t('library.moved', { title, place: to + 1 }));
    afterNextRender(() => document.getElementById(handle.id)?.focus(), { injector: this.#injector });
  }

  #move(from: number, to: number): void {
    const item = this.items()[from];
    if (item && from !== to) this.moved.emit({ songId: item.song_id, to });
  }
}
