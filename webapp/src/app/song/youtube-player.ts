import { ChangeDetectionStrategy, Component, computed, inject, input, linkedSignal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { DomSanitizer } from '@angular/platform-browser';

import { Studio } from '@app/api/studio';
import type { Song } from '@app/songs/songs.state';
import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

const VIDEO = /^[\w-]{11}$/;

/** YouTube's own player, for songs that YouTube has, where the studio allows it. Nothing is loaded before a tap. */
@Component({
  selector: 'ms-youtube-player',
  imports: [Icon, MatButton],
  template: `
    @if (page(); as page) {
      @if (wanted()) {
        <iframe
          allow="autoplay; encrypted-media; fullscreen; picture-in-picture"
          title="YouTube"
          [src]="page"
        ></iframe>
      } @else {
        <button matButton="tonal" type="button" (click)="wanted.set(true)">
          <ms-icon name="play" />{{ t('song.watch') }}
        </button>
      }
    }
  `,
  styles: `
    iframe {
      display: block;
      inline-size: 100%;
      aspect-ratio: 16 / 9;
      border: 0;
      border-radius: 24px;
      background: #000;
    }
    ms-icon {
      inline-size: 20px;
      block-size: 20px;
      margin-inline-end: 8px;
      vertical-align: -4px;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class YouTubePlayer {
  readonly song = input.required<Song>();

  readonly #studio = inject(Studio);
  readonly #sanitizer = inject(DomSanitizer);
  protected readonly t = inject(Words).t;
  protected readonly page = computed(() => {
    const { youtube, youtube_music } = this.song().external_ids;
    const video = youtube ?? youtube_music;
    const isAllowed = this.#studio.info()?.embeds.includes('youtube');
    // Our own page, and an id of eleven harmless letters: nothing here can be another address.
    return isAllowed && video && VIDEO.test(video)
      ? this.#sanitizer.bypassSecurityTrustResourceUrl(`/embed/youtube/${video}`)
      : null;
  });
  protected readonly wanted = linkedSignal({ source: this.song, computation: () => false });
}
