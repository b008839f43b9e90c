import { ChangeDetectionStrategy, Component } from '@angular/core';

/** A waveform at rest: music that waits for its voice. */
@Component({
  selector: 'ms-still-wave',
  template: `
    <svg viewBox="0 0 152 56" aria-hidden="true">
      @for (bar of bars; track $index) {
        <rect [attr.x]="$index * 12" [attr.y]="40 - bar / 2" width="6" [attr.height]="bar" rx="3" />
      }
      <rect class="voice" x="72" y="2" width="6" height="16" rx="3" />
    </svg>
  `,
  styles: `
    :host {
      display: block;
      inline-size: 152px;
    }
    svg {
      display: block;
      fill: var(--music);
    }
    .voice {
      fill: var(--voice);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class StillWave {
  protected readonly bars = [6, 10, 16, 24, 14, 30, 22, 28, 16, 24, 12, 8, 6];
}
