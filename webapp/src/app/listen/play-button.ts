import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

import { Player } from './player';

/** The round one: play, pause, and a turning edge while the music is on its way. */
@Component({
  selector: 'ms-play-button',
  imports: [Icon],
  template: `
    <button
      type="button"
      [class.waiting]="player.isWaiting()"
      [attr.aria-label]="t(player.isPlaying() ? 'listen.pause' : 'listen.play')"
      (click)="player.toggle()"
    >
      <ms-icon [name]="player.isPlaying() ? 'pause' : 'play'" />
    </button>
  `,
  styles: `
    button {
      position: relative;
      display: grid;
      place-items: center;
      inline-size: var(--size, 72px);
      block-size: var(--size, 72px);
      padding: 0;
      border: 0;
      border-radius: 50%;
      background: var(--action);
      color: var(--on-action);
      cursor: pointer;
      transition: scale var(--ease);
    }
    button:active {
      scale: 0.94;
    }
    ms-icon {
      inline-size: 46%;
      block-size: 46%;
    }
    .waiting::after {
      content: '';
      position: absolute;
      inset: -5px;
      border: 3px solid transparent;
      border-block-start-color: var(--action-text);
      border-radius: 50%;
      animation: turn 0.9s linear infinite;
    }
    @keyframes turn {
      to {
        rotate: 1turn;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PlayButton {
  protected readonly player = inject(Player);
  protected readonly t = inject(Words).t;
}
