import { ChangeDetectionStrategy, Component, effect, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router } from '@angular/router';
import { Store } from '@ngrx/store';

import type { Schemas } from '@app/api/api';
import { type Problem, problemOf, wordsFor } from '@app/api/problem';
import { OnStage } from '@app/listen/on-stage';
import { Player } from '@app/listen/player';
import { Notices } from '@app/shell/notices';
import { PageTitle } from '@app/shell/page-title';
import { BackButton } from '@app/song/back-button';
import { SongRowsWaiting } from '@app/songs/song-rows-waiting';
import { songActions } from '@app/songs/songs.state';
import { Trouble } from '@app/trouble/trouble';
import { Icon } from '@app/ui/icon';
import { Sheet } from '@app/ui/sheet';
import { Words } from '@app/words/words';

import { LibraryRow } from './library-row';
import { Playlists } from './playlists';

/** One playlist in its order. */
@Component({
  selector: 'ms-playlist-screen',
  imports: [BackButton, Icon, LibraryRow, MatButton, Sheet, SongRowsWaiting, Trouble],
  template: `
    <ms-back-button />
    @if (playlist(); as playlist) {
      <h1>
        <bdi>{{ playlist.name }}</bdi>
      </h1>
      <div class="actions">
        @if (playlist.items.length) {
          <button matButton="filled" type="button" (click)="start(0)">{{ t('listen.play') }}</button>
        }
        <button matButton type="button" (click)="isAsking.set(true)">
          {{ t('library.delete-playlist') }}
        </button>
      </div>
      <ul>
        @for (item of playlist.items; track item.song_id; let index = $index) {
          <li>
            <ms-library-row
              [song]="item.song"
              [isOn]="player.track()?.id === item.song_id"
              (started)="start(index)"
            >
              <button
                type="button"
                class="out"
                [attr.aria-label]="t('listen.take-out', { title: item.song.title })"
                (click)="takeOut(item.song_id)"
              >
                <ms-icon name="clear" />
              </button>
            </ms-library-row>
          </li>
        } @empty {
          <li class="quiet">{{ t('library.hint-playlist') }}</li>
        }
      </ul>
      <ms-sheet [title]="t('library.delete-playlist')" [isOpen]="isAsking()" (closed)="isAsking.set(false)">
        <p class="quiet">{{ t('library.delete-hint') }}</p>
        <button matButton="filled" type="button" (click)="delete()">
          {{ t('library.delete-playlist') }}
        </button>
      </ms-sheet>
    } @else if (problem(); as problem) {
      <ms-trouble isWholeScreen [problem]="problem" (again)="fetch(id())" />
    } @else {
      <ms-song-rows-waiting />
    }
  `,
  styles: `
    .actions {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
    }
    ms-library-row {
      margin-inline: -8px;
    }
    .out {
      display: grid;
      flex: none;
      place-items: center;
      inline-size: 44px;
      block-size: 44px;
      padding: 0;
      border: 0;
      border-radius: 50%;
      background: none;
      color: var(--quiet);
      cursor: pointer;
    }
    .out:hover {
      background: var(--raised);
    }
    .quiet {
      margin-block-end: 16px;
    }
  `,
  styleUrl: './playlists-screen.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PlaylistScreen {
  readonly id = input.required<string>();

  readonly #playlists = inject(Playlists);
  readonly #router = inject(Router);
  readonly #store = inject(Store);
  readonly #onStage = inject(OnStage);
  readonly #notices = inject(Notices);
  readonly #title = inject(PageTitle);
  protected readonly player = inject(Player);
  protected readonly t = inject(Words).t;
  protected readonly playlist = signal<Schemas['PlaylistSongs'] | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly isAsking = signal(false);

  constructor() {
    effect(() => void this.fetch(this.id()));
  }

  protected async fetch(id: string): Promise<void> {
    this.problem.set(null);
    try {
      const playlist = await this.#playlists.one(id);
      this.playlist.set(playlist);
      this.#title.name(playlist.name);
      this.#store.dispatch(songActions.arrived({ songs: playlist.items.map((item) => item.song) }));
    } catch (error) {
      this.problem.set(problemOf(error));
    }
  }

  protected start(index: number): void {
    this.#onStage.set();
    this.player.start(this.playlist()?.items.map((item) => item.song) ?? [], index);
  }

  /** Gone at once; back where it did not work out. */
  protected async takeOut(songId: string): Promise<void> {
    const before = this.playlist();
    this.playlist.update(
      (one) => one && { ...one, items: one.items.filter((item) => item.song_id !== songId) },
    );
    try {
      await this.#playlists.takeOut(this.id(), songId);
    } catch (error) {
      this.playlist.set(before);
      this.#complain(error);
    }
  }

  protected async delete(): Promise<void> {
    this.isAsking.set(false);
    try {
      await this.#playlists.delete(this.id());
      void this.#router.navigateByUrl('/library/playlists', { replaceUrl: true });
    } catch (error) {
      this.#complain(error);
    }
  }

  #complain(error: unknown): void {
    void this.#notices.say(this.t(wordsFor(problemOf(error)).headline));
  }
}
