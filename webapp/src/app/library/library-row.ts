import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Cover } from '@app/songs/cover';
import { lengthOf } from '@app/songs/length';
import type { Song } from '@app/songs/songs.state';
import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

/** A song of one's own: its cover plays it, its name leads to it. Always as high as all others. */
@Component({
  selector: 'ms-library-row',
  imports: [Cover, Icon, RouterLink],
  template: `
    <button
      type="button"
      class="play"
      [attr.aria-label]="t('listen.play-song', { title: song().title })"
      (click)="started.emit()"
    >
      <ms-cover [song]="song()" /><ms-icon name="play" />
    </button>
    <a [routerLink]="['/song', song().id]">
      <bdi class="title" [lang]="song().language ?? ''">{{ song().title }}</bdi>
      <span class="facts figures">{{ facts() }}</span>
    </a>
    <ng-content />
  `,
  styleUrl: './library-row.scss',
  host: { '[class.on]': 'isOn()' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class LibraryRow {
  readonly song = input.required<Song>();
  readonly isOn = input(false);
  /** What there is to say of it here, instead of how long it is. */
  readonly note = input('');
  readonly started = output<void>();

  protected readonly t = inject(Words).t;
  protected readonly facts = computed(() => {
    const { artist, duration } = this.song();
    return [artist, this.note() || (duration && lengthOf(duration))].filter(Boolean).join(' · ');
  });
}
