import { ChangeDetectionStrategy, Component, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';

import { problemOf, wordsFor } from '@app/api/problem';
import { SignInFirst } from '@app/session/sign-in-first';
import { Notices } from '@app/shell/notices';
import { Icon } from '@app/ui/icon';
import { Sheet } from '@app/ui/sheet';
import { Words } from '@app/words/words';

import { NewPlaylist } from './new-playlist';
import { Playlists } from './playlists';

/** Puts a song into a playlist, an old one or a new one. */
@Component({
  selector: 'ms-playlist-sheet',
  imports: [Icon, MatButton, NewPlaylist, Sheet],
  template: `
    <button matButton="tonal" type="button" (click)="open()">
      <ms-icon name="list" />{{ t('library.add') }}
    </button>
    <ms-sheet [title]="t('library.add')" [isOpen]="isOpen()" (closed)="isOpen.set(false)">
      <ul>
        @for (one of playlists.all(); track one.id) {
          <li>
            <button type="button" class="one" (click)="put(one.id, one.name)">
              <bdi>{{ one.name }}</bdi
              ><span class="figures">{{ t('search.found', { count: one.song_count }) }}</span>
            </button>
          </li>
        }
      </ul>
      <ms-new-playlist (made)="put($event.id, $event.name)" />
    </ms-sheet>
  `,
  styles: `
    :host {
      display: contents;
    }
    [matButton] ms-icon {
      inline-size: 20px;
      block-size: 20px;
      margin-inline-end: 8px;
      vertical-align: -4px;
    }
    ul {
      margin-block-end: 16px;
    }
    .one {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: 12px;
      inline-size: 100%;
      min-block-size: 52px;
      padding: 4px 12px;
      border: 0;
      border-radius: 16px;
      background: none;
      color: var(--text);
      font: 560 17px/1.4 var(--font);
      text-align: start;
      cursor: pointer;
    }
    .one:hover {
      background: var(--raised);
    }
    .figures {
      flex: none;
      font-size: 14px;
      color: var(--quiet);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PlaylistSheet {
  readonly songId = input.required<string>();

  readonly #notices = inject(Notices);
  readonly #signInFirst = inject(SignInFirst);
  protected readonly playlists = inject(Playlists);
  protected readonly t = inject(Words).t;
  protected readonly isOpen = signal(false);

  protected async open(): Promise<void> {
    if (!(await this.#signInFirst.ask())) return;
    await this.#trying(async () => {
      await this.playlists.fetch();
      this.isOpen.set(true);
    });
  }

  protected async put(id: string, name: string): Promise<void> {
    this.isOpen.set(false);
    await this.#trying(async () => {
      await this.playlists.put(id, this.songId());
      void this.#notices.say(this.t('library.added', { name }));
    });
  }

  async #trying(what: () => Promise<void>): Promise<void> {
    try {
      await what();
    } catch (error) {
      void this.#notices.say(this.t(wordsFor(problemOf(error)).headline));
    }
  }
}
