import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';

import { type Problem, problemOf } from '@app/api/problem';
import { BackButton } from '@app/song/back-button';
import { Cover } from '@app/songs/cover';
import { SongRowsWaiting } from '@app/songs/song-rows-waiting';
import { StillWave } from '@app/trouble/still-wave';
import { Trouble } from '@app/trouble/trouble';
import { Words } from '@app/words/words';

import { NewPlaylist } from './new-playlist';
import { Playlists } from './playlists';

/** All playlists, and the way to one more. */
@Component({
  selector: 'ms-playlists-screen',
  imports: [BackButton, Cover, NewPlaylist, RouterLink, SongRowsWaiting, StillWave, Trouble],
  template: `
    <ms-back-button />
    <h1>{{ t('library.playlists') }}</h1>
    <ms-new-playlist />
    @if (playlists.all(); as all) {
      <ul>
        @for (one of all; track one.id) {
          <li>
            <a [routerLink]="['/library/playlists', one.id]">
              <ms-cover [song]="{ id: one.id, thumbnail_url: null }" />
              <span>
                <bdi class="title">{{ one.name }}</bdi>
                <span class="facts figures">{{ t('search.found', { count: one.song_count }) }}</span>
              </span>
            </a>
          </li>
        } @empty {
          <li class="quiet"><ms-still-wave />{{ t('library.hint-playlists') }}</li>
        }
      </ul>
    } @else if (problem(); as problem) {
      <ms-trouble [problem]="problem" (again)="fetch()" />
    } @else {
      <ms-song-rows-waiting />
    }
  `,
  styleUrl: './playlists-screen.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PlaylistsScreen {
  protected readonly playlists = inject(Playlists);
  protected readonly t = inject(Words).t;
  protected readonly problem = signal<Problem | null>(null);

  constructor() {
    void this.fetch();
  }

  protected async fetch(): Promise<void> {
    this.problem.set(null);
    await this.playlists.fetch().catch((error: unknown) => this.problem.set(problemOf(error)));
  }
}
