import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  ElementRef,
  inject,
  input,
  signal,
} from '@angular/core';

import { barsOf, heights } from './bars';
import type { Version } from './versions';

const BAR_PX = 6;
const FEWEST = 24;
const FLAT = [0];

/** A song's waveform: pink is the voice, teal is the music, and what has been heard is bright. */
@Component({
  selector: 'ms-wave',
  template: `
    <svg class="rest" viewBox="0 0 1 1" preserveAspectRatio="none">
      <path class="music" [attr.d]="bars().music" />
      <path class="voice" [attr.d]="bars().voice" />
    </svg>
    <svg viewBox="0 0 1 1" preserveAspectRatio="none" [style.clip-path]="heard()">
      <path class="music" [attr.d]="bars().music" />
      <path class="voice" [attr.d]="bars().voice" />
    </svg>
  `,
  styles: `
    :host {
      position: relative;
      display: block;
      block-size: 88px;
      direction: ltr;
    }
    svg {
      position: absolute;
      inset: 0;
      inline-size: 100%;
      block-size: 100%;
      overflow: visible;
    }
    .rest {
      opacity: 0.5;
    }
    path {
      fill: none;
      stroke-width: 3px;
      stroke-linecap: round;
      vector-effect: non-scaling-stroke;
    }
    .music {
      stroke: var(--music);
    }
    .voice {
      stroke: var(--voice);
      stroke-opacity: var(--voice-share, 1);
    }
  `,
  host: { 'aria-hidden': 'true' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Wave {
  /** Up to 1,000 values from 0 to 255; null draws a still line. */
  readonly peaks = input<readonly number[] | null>(null);
  readonly version = input<Version>('whole');
  /** How much was heard, 0 to 1. */
  readonly progress = input(1);
  /** How much of the voice has been taken out from the left, 0 to 1. */
  readonly lifted = input(0);

  readonly #width = signal(0);
  readonly #shape = computed(() =>
    heights(this.peaks() ?? FLAT, Math.max(FEWEST, Math.floor(this.#width() / BAR_PX))),
  );
  protected readonly bars = computed(() => {
    const shape = this.#shape();
    const from = this.version() === 'instrumental' ? shape.length : this.lifted() * shape.length;
    return barsOf(shape, (bar) => bar >= from, this.version() !== 'vocals');
  });
  protected readonly heard = computed(
    () => `inset(-4px ${((1 - this.progress()) * 100).toFixed(2)}% -4px -4px)`,
  );

  constructor() {
    const host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
    const observer = new ResizeObserver(([entry]) => this.#width.set(entry?.contentRect.width ?? 0));
    observer.observe(host);
    inject(DestroyRef).onDestroy(() => observer.disconnect());
  }
}
