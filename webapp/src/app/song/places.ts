import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';

import type { Song } from '@app/songs/songs.state';
import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

/** Where the song can be heard: each source by its name, with a way there. */
@Component({
  selector: 'ms-places',
  imports: [Icon],
  template: `
    @if (places().length) {
      <h2>{{ t('song.places') }}</h2>
      <ul>
        @for (place of places(); track place.source) {
          <li>
            @if (place.url; as url) {
              <a target="_blank" rel="noopener" [href]="url">
                <span>{{ place.label }}</span
                ><ms-icon name="open" />
              </a>
            } @else {
              <span>{{ place.source === 'local' ? t('song.own') : place.label }}</span>
            }
          </li>
        }
      </ul>
    }
  `,
  styleUrl: './places.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Places {
  readonly song = input.required<Song>();

  protected readonly t = inject(Words).t;
  protected readonly places = computed(() => {
    const { sources, can_fetch } = this.song();
    return sources.filter((place) => place.url || can_fetch);
  });
}
