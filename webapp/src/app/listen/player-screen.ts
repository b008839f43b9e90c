import { ChangeDetectionStrategy, Component, computed, effect, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';

import { SaveButton } from '@app/library/save-button';
import { PageTitle } from '@app/shell/page-title';
import { BackButton } from '@app/song/back-button';
import { Cover, gradientFor } from '@app/songs/cover';
import { Icon } from '@app/ui/icon';
import type { Key } from '@app/words/catalogue';
import { Words } from '@app/words/words';

import { VERSION_NAMES } from './mini-player';
import { OnStage } from './on-stage';
import { PlayButton } from './play-button';
import { Player } from './player';
import type { Repeat } from './queue';
import { QueueList } from './queue-list';
import { SeekBar } from './seek-bar';
import { Shortcuts } from './shortcuts';
import { ToneControls } from './tone-controls';

const REPEATS = {
  off: 'listen.repeat',
  all: 'listen.repeat-all',
  one: 'listen.repeat-one',
} as const satisfies Record<Repeat, Key>;

/** The whole player: one song, large, with all one can do with it, and what comes after. */
@Component({
  selector: 'ms-player-screen',
  imports: [
    BackButton,
    Cover,
    Icon,
    MatButton,
    PlayButton,
    QueueList,
    RouterLink,
    SaveButton,
    SeekBar,
    ToneControls,
  ],
  templateUrl: './player-screen.html',
  styleUrl: './player-screen.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PlayerScreen {
  protected readonly player = inject(Player);
  protected readonly shortcuts = inject(Shortcuts);
  protected readonly t = inject(Words).t;
  protected readonly names = VERSION_NAMES;
  protected readonly repeats = REPEATS;
  protected readonly hasMore = computed(() => this.player.queue().at + 1 < this.player.queue().tracks.length);
  protected readonly glow = computed(() => gradientFor(this.player.track()?.id ?? ''));

  constructor() {
    inject(OnStage).set(); // the lock screen and the keys belong to the small player
    const title = inject(PageTitle);
    effect(() => {
      const track = this.player.track();
      if (track) title.name([track.title, track.artist].filter(Boolean).join(' – '));
    });
  }
}
