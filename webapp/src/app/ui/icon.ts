import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** Drawn for a 24-px grid, one path each, 2-px strokes with round ends like the bars of the waveform. */
const PATHS = {
  again: 'M20 12a8 8 0 1 1-2.6-5.9M20 4v5h-5',
  bell: 'M6 17v-6a6 6 0 0 1 12 0v6M4 17h16M10.5 20.5h3',
  back: 'M15 5l-7 7 7 7',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  clear: 'M7 7l10 10M17 7L7 17',
  backward: 'M11 6l-6 6 6 6M19 6l-6 6 6 6',
  clock: 'M12 7v5l3.5 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  device:
    'M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM12 7.5v6M9.5 11.5l2.5 2.5 2.5-2.5',
  edit: 'M5 19l1-4L16.5 4.5l3 3L9 18zM14 7l3 3',
  hold: 'M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01',
  offline: 'M12 4v10M8 10.5l4 4 4-4M5 19h14',
  onward: 'M9 5l7 7-7 7',
  open: 'M14 5h5v5M19 5l-8 8M18 14v4a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h4',
  forward: 'M5 6l6 6-6 6M13 6l6 6-6 6',
  keep: 'M7 4h10a1 1 0 0 1 1 1v15l-6-4.5L6 20V5a1 1 0 0 1 1-1z',
  kept: 'M7 4h10a1 1 0 0 1 1 1v15l-6-4.5L6 20V5a1 1 0 0 1 1-1z',
  keys: 'M4 6h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1zM8 14h8M7 10h.01M11 10h.01M15 10h2',
  library: 'M5 4v16M10 4v16M14.5 4.5l4.5 15',
  list: 'M4 6h16M4 12h10M4 18h7M17 13v7M13.5 16.5h7',
  less: 'M6 12h12',
  making: 'M4 10v4M8 6v12M12 9v6M16 4v16M20 10v4',
  more: 'M12 6v12M6 12h12',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z',
  next: 'M6 6v12l8.5-6zM18 6v12',
  pause: 'M8 6v12M16 6v12',
  play: 'M8 5.5v13l11-6.5z',
  previous: 'M18 6v12l-8.5-6zM6 6v12',
  repeat: 'M5 11V9a2 2 0 0 1 2-2h12M16 4l3 3-3 3M19 13v2a2 2 0 0 1-2 2H5M8 20l-3-3 3-3',
  'repeat-one': 'M5 11V9a2 2 0 0 1 2-2h12M16 4l3 3-3 3M19 13v2a2 2 0 0 1-2 2H5M8 20l-3-3 3-3M12 10.5v3',
  search: 'M16.5 16.5L21 21M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14z',
  settings: 'M4 8h9M17 8h3M4 16h3M11 16h9M15 6v4M9 14v4',
  shuffle: 'M4 7h3l9 10h4M4 17h3l2.5-2.8M13.5 9.8L16 7h4M17.5 4.5L20 7l-2.5 2.5M17.5 14.5L20 17l-2.5 2.5',
  speed: 'M4.5 17a8.5 8.5 0 1 1 15 0M12 14l3.5-4.5',
  upload: 'M12 16V5M8 8.5L12 4.5l4 4M5 15v4a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-4',
  voice: 'M12 3.5a3 3 0 0 1 3 3V11a3 3 0 0 1-6 0V6.5a3 3 0 0 1 3-3zM6 11a6 6 0 0 0 12 0M12 17v3.5',
  volume: 'M4 10v4h3.5l4.5 4V6l-4.5 4zM16 9.5a4 4 0 0 1 0 5M18.5 7a8 8 0 0 1 0 10',
  share: 'M12 15V4M8 7.5L12 4l4 3.5M6 12v7a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1v-7',
} as const;

/** Those that stand for a deed at once, as on any music player, are solid. */
const SOLID: ReadonlySet<string> = new Set(['play', 'pause', 'next', 'previous', 'kept']);

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
    :host(.solid) svg {
      fill: currentColor;
    }
    :host(.mirrored):dir(rtl) svg {
      transform: scaleX(-1);
    }
  `,
  host: {
    '[class.mirrored]': "name() === 'back' || name() === 'onward' || name() === 'open'",
    '[class.solid]': 'isSolid()',
  },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Icon {
  readonly name = input.required<IconName>();
  protected readonly path = computed(() => PATHS[this.name()]);
  protected readonly isSolid = computed(() => SOLID.has(this.name()));
}
