import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';

import { SignInFirst } from '@app/session/sign-in-first';
import type { Song } from '@app/songs/songs.state';
import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

import { OnStage } from './on-stage';
import { Player } from './player';

/** Plays a song, which is brought here first where it has to be. */
@Component({
  selector: 'ms-listen-button',
  imports: [Icon, MatButton],
  template: `
    <button matButton="tonal" type="button" (click)="listen()">
      <ms-icon [name]="isPlaying() ? 'pause' : 'play'" />
      {{ t(isComing() ? 'listen.coming-soon' : isPlaying() ? 'listen.pause' : 'listen.listen') }}
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
export class ListenButton {
  readonly song = input.required<Song>();

  readonly #player = inject(Player);
  readonly #onStage = inject(OnStage);
  readonly #signInFirst = inject(SignInFirst);
  protected readonly t = inject(Words).t;
  readonly #isOn = computed(() => this.#player.track()?.id === this.song().id);
  protected readonly isPlaying = computed(() => this.#isOn() && this.#player.isPlaying());
  protected readonly isComing = computed(() => this.#isOn() && this.#player.isBringing());

  protected async listen(): Promise<void> {
    if (!(await this.#signInFirst.ask())) return;
    this.#onStage.set();
    if (this.#isOn()) this.#player.toggle();
    else this.#player.start([this.song()]);
  }
}
