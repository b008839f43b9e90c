import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** Drawn for a 24-px grid, one path each, 2-px strokes with round ends like the bars of the waveform. */
const PATHS = {
  again: 'M20 12a8 8 0 1 1-2.6-5.9M20 4v5h-5',
  back: 'M15 5l-7 7 7 7',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  clear: 'M7 7l10 10M17 7L7 17',
  clock: 'M12 7v5l3.5 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  onward: 'M9 5l7 7-7 7',
  open: 'M14 5h5v5M19 5l-8 8M18 14v4a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h4',
  play: 'M8 5.5v13l11-6.5z',
  search: 'M16.5 16.5L21 21M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14z',
  settings: 'M4 8h9M17 8h3M4 16h3M11 16h9M15 6v4M9 14v4',
  share: 'M12 15V4M8 7.5L12 4l4 3.5M6 12v7a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1v-7',
} as const;

export type IconName = keyof typeof PATHS;

@Component({
  selector: 'ms-icon',
  template: `<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path [attr.d]="path()" /></svg>`,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
      inline-size: 24px;
      block-size: 24px;
    }
    svg {
      inline-size: 100%;
      block-size: 100%;
      fill: none;
      stroke: currentColor;
      stroke-width: 2;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
    :host(.mirrored):dir(rtl) svg {
      transform: scaleX(-1);
    }
  `,
  host: { '[class.mirrored]': "name() === 'back' || name() === 'onward' || name() === 'open'" },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Icon {
  readonly name = input.required<IconName>();
  protected readonly path = computed(() => PATHS[this.name()]);
}
