import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import { lengthOf } from '@app/songs/length';
import type { Song } from '@app/songs/songs.state';
import type { Key } from '@app/words/catalogue';
import { Words } from '@app/words/words';

import { licenceName } from './licence';

/** What is known of the song; what nobody knows is left out. */
@Component({
  selector: 'ms-facts',
  template: `
    @if (facts().length || licence()) {
      <h2>{{ t('song.facts') }}</h2>
      <dl>
        @for (fact of facts(); track fact.name) {
          <div>
            <dt>{{ t(fact.name) }}</dt>
            <dd class="figures" dir="auto">{{ fact.value }}</dd>
          </div>
        }
        @if (licence(); as licence) {
          <div>
            <dt>{{ t('song.licence') }}</dt>
            <dd>
              @if (song().licence_url; as url) {
                <a target="_blank" rel="noopener license" [href]="url">{{ licence }}</a>
              } @else {
                {{ licence }}
              }
            </dd>
          </div>
        }
      </dl>
    }
  `,
  styleUrl: './facts.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Facts {
  readonly song = input.required<Song>();

  readonly #words = inject(Words);
  protected readonly t = this.#words.t;
  protected readonly licence = computed(() => licenceName(this.song().licence));
  protected readonly facts = computed(() => {
    const song = this.song();
    const all: readonly { name: Key; value: string | null }[] = [
      { name: 'song.album', value: song.album },
      { name: 'song.year', value: song.release_year ? String(song.release_year) : null },
      { name: 'song.language', value: song.language && this.#words.languageName(song.language) },
      { name: 'song.length', value: song.duration ? lengthOf(song.duration) : null },
      { name: 'song.genre', value: song.genre.join(', ') },
    ];
    return all.filter((fact) => fact.value);
  });
}
