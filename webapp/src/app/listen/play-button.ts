import { ChangeDetectionStrategy, Component, inject, input, output } from '@angular/core';

import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

/** The round one: play, pause, and a turning edge while the music is on its way. */
@Component({
  selector: 'ms-play-button',
  imports: [Icon],
  template: `
    <button
      type="button"
      [class.waiting]="isWaiting()"
      [attr.aria-label]="t(isPlaying() ? 'listen.pause' : 'listen.play')"
      (click)="toggled.emit()"
    >
      <ms-icon [name]="isPlaying() ? 'pause' : 'play'" />
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
  readonly isPlaying = input.required<boolean>();
  readonly isWaiting = input.required<boolean>();
  readonly toggled = output();
  protected readonly t = inject(Words).t;
}
