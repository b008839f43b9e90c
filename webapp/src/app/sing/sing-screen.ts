import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  untracked,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Store } from '@ngrx/store';

import { Heard } from '@app/listen/heard';
import { PlayButton } from '@app/listen/play-button';
import { SeekBar } from '@app/listen/seek-bar';
import { ShortcutSheet } from '@app/listen/shortcut-sheet';
import { JobCard } from '@app/making/job-card';
import { signed } from '@app/making/job-words';
import { PageTitle } from '@app/shell/page-title';
import { BackButton } from '@app/song/back-button';
import { gradientFor } from '@app/songs/cover';
import { songs } from '@app/songs/songs.state';
import { Trouble } from '@app/trouble/trouble';
import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

import { Awake } from './awake';
import { BOUNDS } from './chosen';
import { Preparing } from './preparing';
import { SingKeys } from './sing-keys';
import { SingLockScreen } from './sing-lock-screen';
import { Singer } from './singer';
import { Stepper } from './stepper';
import { VoiceDial } from './voice-dial';

const STEP_SECONDS = 10;

/** One song, large and calm, with the voice on a dial, in one's own key and at one's own tempo. */
@Component({
  selector: 'ms-sing-screen',
  imports: [
    BackButton,
    Icon,
    JobCard,
    MatButton,
    PlayButton,
    SeekBar,
    ShortcutSheet,
    Stepper,
    Trouble,
    VoiceDial,
  ],
  providers: [Awake, Heard, Preparing, SingKeys, SingLockScreen, Singer],
  templateUrl: './sing-screen.html',
  styleUrl: './sing-screen.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SingScreen {
  readonly id = input.required<string>();

  readonly #store = inject(Store);
  readonly #known = this.#store.selectSignal(songs.selectEntities);
  protected readonly preparing = inject(Preparing);
  protected readonly singer = inject(Singer);
  protected readonly keys = inject(SingKeys);
  protected readonly t = inject(Words).t;
  protected readonly signed = signed;
  protected readonly bounds = BOUNDS;
  protected readonly step = STEP_SECONDS;

  /** What is known of the song, from whoever told first. */
  protected readonly song = computed(() => {
    const told = this.#known()[this.id()] ?? this.preparing.playback();
    return told
      ? { title: told.title, artist: told.artist, language: this.#known()[this.id()]?.language }
      : null;
  });
  protected readonly problem = computed(() => this.preparing.problem() ?? this.singer.problem());
  protected readonly glow = computed(() => gradientFor(this.id()));

  constructor() {
    inject(Awake);
    inject(SingLockScreen);
    effect(() => {
      const id = this.id();
      untracked(() => {
        this.singer.take(id);
      });
    });
    const title = inject(PageTitle);
    effect(() => {
      const song = this.song();
      if (song) title.name([song.title, song.artist].filter(Boolean).join(' – '));
    });
  }

  protected tempo(step: number): void {
    this.singer.change({ tempo: this.singer.chosen().tempo + step * BOUNDS.tempo.step });
  }

  protected key(step: number): void {
    this.singer.change({ key: this.singer.chosen().key + step });
  }

  protected inPercent(tempo: number): string {
    return `${Math.round(tempo * 100)} %`;
  }
}
