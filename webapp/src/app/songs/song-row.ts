import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Words } from '@app/words/words';

import { Cover } from './cover';
import { lengthOf } from './length';
import type { Song } from './songs.state';

/** A song in a list: its cover, its name in its own script, who sings it. The whole row leads to the song. */
@Component({
  selector: 'ms-song-row',
  imports: [RouterLink, Cover],
  template: `
    <a [routerLink]="['/song', song().id]">
      <ms-cover [song]="song()" />
      <span class="words">
        <span class="title"
          ><bdi [lang]="song().language ?? ''">{{ song().title }}</bdi></span
        >
        <span class="facts figures">{{ facts() }}</span>
      </span>
    </a>
    <ng-content />
  `,
  styleUrl: './song-row.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SongRow {
  readonly song = input.required<Song>();

  readonly #words = inject(Words);
  protected readonly facts = computed(() => {
    const { artist, language, duration } = this.song();
    return [artist, language && this.#words.languageName(language), duration && lengthOf(duration)]
      .filter(Boolean)
      .join(' · ');
  });
}
