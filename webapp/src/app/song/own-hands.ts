import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

import { PlaylistSheet } from '@app/library/playlist-sheet';
import { SaveButton } from '@app/library/save-button';
import { ListenButton } from '@app/listen/listen-button';
import { MakeSheet } from '@app/making/make-sheet';
import { KeepButton } from '@app/offline/keep-button';
import { SingButton } from '@app/sing/sing-button';
import { hasAudio } from '@app/songs/has-audio';
import type { Song } from '@app/songs/songs.state';

/** What one can do with a song here: sing it, hear it, keep it, have it made without its singer. */
@Component({
  selector: 'ms-own-hands',
  imports: [KeepButton, ListenButton, MakeSheet, PlaylistSheet, SaveButton, SingButton],
  template: `
    @if (hasAudio()) {
      <ms-sing-button [songId]="song().id" />
      <ms-listen-button [song]="song()" />
      <ms-make-sheet [song]="song()" />
    }
    <ms-save-button [songId]="song().id" />
    <ms-playlist-sheet [songId]="song().id" />
    @if (hasAudio()) {
      <ms-keep-button [songs]="[song()]" />
    }
  `,
  styles: ':host { display: contents; }',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class OwnHands {
  readonly song = input.required<Song>();
  protected readonly hasAudio = computed(() => hasAudio(this.song()));
}
