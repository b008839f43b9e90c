import { ChangeDetectionStrategy, Component, computed, effect, inject, input } from '@angular/core';
import { Store } from '@ngrx/store';

import { PageTitle } from '@app/shell/page-title';
import { Cover, gradientFor } from '@app/songs/cover';
import { hasAudio } from '@app/songs/has-audio';
import { songActions, songs } from '@app/songs/songs.state';
import { Trouble } from '@app/trouble/trouble';
import { Words } from '@app/words/words';

import { BackButton } from './back-button';
import { ChatLinks } from './chat-links';
import { Facts } from './facts';
import { OwnHands } from './own-hands';
import { Places } from './places';
import { ShareButton } from './share-button';
import { YouTubePlayer } from './youtube-player';

/** One song: what it is, where it can be heard, and the way to sing it. */
@Component({
  selector: 'ms-song-screen',
  imports: [BackButton, ChatLinks, Cover, Facts, OwnHands, Places, ShareButton, Trouble, YouTubePlayer],
  templateUrl: './song-screen.html',
  styleUrl: './song-screen.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SongScreen {
  readonly id = input.required<string>();

  readonly #store = inject(Store);
  readonly #title = inject(PageTitle);
  protected readonly t = inject(Words).t;
  protected readonly hasAudio = hasAudio;

  readonly #known = this.#store.selectSignal(songs.selectEntities);
  readonly #problems = this.#store.selectSignal(songs.selectProblems);
  protected readonly song = computed(() => this.#known()[this.id()]);
  protected readonly glow = computed(() => gradientFor(this.id()));
  protected readonly problem = computed(() => this.#problems()[this.id()]);

  constructor() {
    effect(() => this.want(this.id()));
    effect(() => {
      const song = this.song();
      if (song) this.#title.name([song.title, song.artist].filter(Boolean).join(' – '));
    });
  }

  protected want(id: string): void {
    this.#store.dispatch(songActions.wanted({ id }));
  }
}
