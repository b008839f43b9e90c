import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';

import { Studio } from '@app/api/studio';
import type { Song } from '@app/songs/songs.state';
import { Words } from '@app/words/words';

import { telegramLink, whatsappLink } from './links';

/** The chats of this studio, opened with this song. */
@Component({
  selector: 'ms-chat-links',
  imports: [MatButton],
  template: `
    @if (telegram(); as link) {
      <a [matButton]="isQuiet() ? 'tonal' : 'filled'" target="_blank" rel="noopener" [href]="link">
        {{ t('song.telegram') }}
      </a>
    }
    @if (whatsapp(); as link) {
      <a
        [matButton]="isQuiet() || telegram() ? 'tonal' : 'filled'"
        target="_blank"
        rel="noopener"
        [href]="link"
      >
        {{ t('song.whatsapp') }}
      </a>
    }
  `,
  styles: ':host { display: contents; }',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ChatLinks {
  readonly song = input.required<Song>();
  /** Something else is the first thing to do with this song. */
  readonly isQuiet = input(false);

  readonly #studio = inject(Studio);
  protected readonly t = inject(Words).t;
  protected readonly telegram = computed(() => telegramLink(this.#studio.info(), this.song()));
  protected readonly whatsapp = computed(() => whatsappLink(this.#studio.info(), this.song()));
}
