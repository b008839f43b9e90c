import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router } from '@angular/router';
import { Store } from '@ngrx/store';

import type { Schemas } from '@app/api/api';
import { type Problem, problemOf, wordsFor } from '@app/api/problem';
import { OnStage } from '@app/listen/on-stage';
import { Player } from '@app/listen/player';
import { KeepButton } from '@app/offline/keep-button';
import { takenOutIn } from '@app/outbox/deeds';
import { Outbox } from '@app/outbox/outbox';
import { Notices } from '@app/shell/notices';
import { PageTitle } from '@app/shell/page-title';
import { BackButton } from '@app/song/back-button';
import { SongRowsWaiting } from '@app/songs/song-rows-waiting';
import { songActions } from '@app/songs/songs.state';
import { Trouble } from '@app/trouble/trouble';
import { Sheet } from '@app/ui/sheet';
import { Words } from '@app/words/words';

import { PlaylistName } from './playlist-name';
import { type Moved, PlaylistRows } from './playlist-rows';
import { Playlists } from './playlists';

type Songs = Schemas['PlaylistSongs'];

/** One playlist in its order. */
@Component({
  selector: 'ms-playlist-screen',
  imports: [BackButton, KeepButton, MatButton, PlaylistName, PlaylistRows, Sheet, SongRowsWaiting, Trouble],
  template: `
    <ms-back-button />
    @if (playlist(); as playlist) {
      <h1>
        <bdi>{{ playlist.name }}</bdi>
      </h1>
      <div class="actions">
        @if (playlist.items.length) {
          <button matButton="filled" type="button" (click)="start(0)">{{ t('listen.play') }}</button>
          <ms-keep-button [songs]="songs()" />
        }
        <ms-playlist-name [name]="playlist.name" (renamed)="rename($event)" />
        <button matButton type="button" (click)="isAsking.set(true)">
          {{ t('library.delete-playlist') }}
        </button>
      </div>
      <ms-playlist-rows
        [items]="playlist.items"
        (started)="start($event)"
        (moved)="move($event)"
        (takenOut)="takeOut($event)"
      />
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
  readonly #outbox = inject(Outbox);
  readonly #player = inject(Player);
  readonly #router = inject(Router);
  readonly #store = inject(Store);
  readonly #onStage = inject(OnStage);
  readonly #notices = inject(Notices);
  readonly #title = inject(PageTitle);
  protected readonly t = inject(Words).t;
  protected readonly playlist = signal<Songs | null>(null);
  protected readonly songs = computed(() => this.playlist()?.items.map((item) => item.song) ?? []);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly isAsking = signal(false);

  constructor() {
    effect(() => void this.fetch(this.id()));
  }

  protected async fetch(id: string): Promise<void> {
    this.problem.set(null);
    try {
      const playlist = await this.#playlists.one(id);
      const gone = takenOutIn(this.#outbox.waiting(), id);
      this.playlist.set({ ...playlist, items: playlist.items.filter((item) => !gone.has(item.song_id)) });
      this.#title.name(playlist.name);
      this.#store.dispatch(songActions.arrived({ songs: playlist.items.map((item) => item.song) }));
    } catch (error) {
      this.problem.set(problemOf(error));
    }
  }

  protected start(index: number): void {
    this.#onStage.set();
    this.#player.start(this.songs(), index);
  }

  protected async rename(name: string): Promise<void> {
    await this.#changing(
      (one) => ({ ...one, name }),
      () => this.#playlists.rename(this.id(), name),
    );
    this.#title.name(this.playlist()?.name ?? name);
  }

  protected async move({ songId, to }: Moved): Promise<void> {
    await this.#changing(
      (one) => ({ ...one, items: moved(one.items, songId, to) }),
      () => this.#playlists.move(this.id(), songId, to),
    );
  }

  protected async takeOut(songId: string): Promise<void> {
    await this.#changing(
      (one) => ({ ...one, items: one.items.filter((item) => item.song_id !== songId) }),
      () => this.#playlists.takeOut(this.id(), songId),
    );
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

  /** Shown at once; as it was where it did not work out. */
  async #changing(change: (one: Songs) => Songs, tell: () => Promise<void>): Promise<void> {
    const before = this.playlist();
    this.playlist.update((one) => one && change(one));
    try {
      await tell();
    } catch (error) {
      this.playlist.set(before);
      this.#complain(error);
    }
  }

  #complain(error: unknown): void {
    void this.#notices.say(this.t(wordsFor(problemOf(error)).headline));
  }
}

function moved(items: Songs['items'], songId: string, to: number): Songs['items'] {
  const others = items.filter((item) => item.song_id !== songId);
  return [...others.slice(0, to), ...items.filter((item) => item.song_id === songId), ...others.slice(to)];
}
