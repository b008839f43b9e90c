import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';

import { Notices } from '@app/shell/notices';
import type { Song } from '@app/songs/songs.state';
import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

/** Hands the song's page to another app where the device can, else to the clipboard. */
@Component({
  selector: 'ms-share-button',
  imports: [Icon, MatButton],
  template: `
    <button matButton="tonal" type="button" (click)="share()">
      <ms-icon name="share" matButtonIcon />{{ t('song.share') }}
    </button>
  `,
  styles: `
    :host {
      display: contents;
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
export class ShareButton {
  readonly song = input.required<Song>();

  readonly #notices = inject(Notices);
  protected readonly t = inject(Words).t;

  protected async share(): Promise<void> {
    const { id, title, artist } = this.song();
    const page = { title: [title, artist].filter(Boolean).join(' – '), url: `${location.origin}/song/${id}` };
    try {
      if ('share' in navigator && navigator.canShare?.(page)) {
        await navigator.share(page);
        return;
      }
      await navigator.clipboard.writeText(page.url);
      void this.#notices.say(this.t('song.copied'));
    } catch (error) {
      const changedTheirMind = error instanceof DOMException && error.name === 'AbortError';
      if (!changedTheirMind) void this.#notices.say(this.t('song.not-shared'));
    }
  }
}
