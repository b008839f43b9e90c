import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';

import { LibraryRow } from '@app/library/library-row';
import { OnStage } from '@app/listen/on-stage';
import { Player } from '@app/listen/player';
import { BackButton } from '@app/song/back-button';
import { StillWave } from '@app/trouble/still-wave';
import { bytesIn } from '@app/ui/bytes';
import { Connection } from '@app/ui/connection';
import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

import { canKeep, Keeping } from './keeping';
import { type KeptSong, KeptSongs } from './kept-songs';
import { Room } from './room';

/** What plays with no network at all, and what else works without one. */
@Component({
  selector: 'ms-offline-screen',
  imports: [BackButton, Icon, LibraryRow, MatButton, RouterLink, StillWave],
  templateUrl: './offline-screen.html',
  styleUrl: './offline-screen.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class OfflineScreen {
  readonly #onStage = inject(OnStage);
  readonly #words = inject(Words);
  readonly #connection = inject(Connection);
  readonly #room = inject(Room);
  protected readonly keeping = inject(Keeping);
  protected readonly songs = inject(KeptSongs);
  protected readonly player = inject(Player);
  protected readonly t = this.#words.t;
  protected readonly canKeep = canKeep();

  protected readonly used = computed(() =>
    this.t('offline.used', {
      used: bytesIn(this.#words.language(), this.songs.used()),
      room: bytesIn(this.#words.language(), this.#room.most()),
    }),
  );
  protected readonly playable = computed(() => this.songs.all().filter(({ files }) => files.length > 0));

  protected isMissing({ standing }: KeptSong): boolean {
    return standing === 'lost' || standing === 'made-room';
  }

  protected noteOn({ song, standing, files }: KeptSong): string {
    if (standing === 'lost') return this.t('offline.lost');
    if (standing === 'made-room') return this.t('offline.made-room');
    if (standing === 'kept')
      return bytesIn(
        this.#words.language(),
        files.reduce((sum, { size }) => sum + size, 0),
      );
    const coming = this.keeping.share();
    const share = coming?.songId === song.id ? coming.share : 0;
    return this.#connection.online()
      ? this.t('offline.coming', { percent: Math.floor(share * 100) })
      : this.t('offline.waiting');
  }

  protected start(from: KeptSong): void {
    const all = this.playable();
    this.#onStage.set();
    this.player.start(
      all.map(({ song }) => song),
      Math.max(0, all.indexOf(from)),
    );
  }

  protected startAll(): void {
    const [first] = this.playable();
    if (first) this.start(first);
  }
}
