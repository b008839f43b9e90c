import { ChangeDetectionStrategy, Component, computed, input, linkedSignal } from '@angular/core';

import type { Song } from './songs.state';

/** Pairs of colours that belong to the stage: pink and violet, marigold and red, teal and blue, and their kin. */
const GRADIENTS = [
  ['#ff5ca8', '#5b21b6'],
  ['#ffb224', '#b91c1c'],
  ['#33d6c0', '#1e3a8a'],
  ['#94a3b8', '#334155'],
  ['#d9578f', '#7c2d12'],
  ['#7c9cff', '#4c1d95'],
  ['#f7a072', '#9d174d'],
  ['#4ade80', '#065f46'],
] as const;

/** A song's cover, from this server; where it has none, or it does not come, a gradient that is always its own. */
@Component({
  selector: 'ms-cover',
  template: `
    @if (picture(); as source) {
      <img
        alt=""
        decoding="async"
        loading="lazy"
        [src]="source"
        [attr.width]="size()"
        [attr.height]="size()"
        (error)="isMissing.set(true)"
      />
    } @else if (size() > 128) {
      <svg viewBox="0 0 96 96" preserveAspectRatio="xMidYMid slice"><path [attr.d]="wave()" /></svg>
    }
  `,
  styles: `
    :host {
      display: block;
      flex: none;
      overflow: hidden;
      aspect-ratio: 1;
      border-radius: 14px;
    }
    svg {
      display: block;
      inline-size: 100%;
      block-size: 100%;
      fill: none;
      stroke: #fff;
      stroke-width: 2.6;
      stroke-linecap: round;
      opacity: 0.34;
    }
    img {
      display: block;
      inline-size: 100%;
      block-size: 100%;
      object-fit: cover;
    }
  `,
  host: { '[style.background]': 'gradient()', 'aria-hidden': 'true' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Cover {
  readonly song = input.required<Pick<Song, 'id' | 'thumbnail_url'>>();
  /** Pixels of a side, as the API makes them. */
  readonly size = input<64 | 128 | 256 | 512>(128);

  protected readonly gradient = computed(() => gradientFor(this.song().id));
  protected readonly wave = computed(() => waveFor(this.song().id));
  protected readonly isMissing = linkedSignal({ source: this.song, computation: () => false });
  protected readonly picture = computed(() => {
    const { id, thumbnail_url } = this.song();
    const isThere = thumbnail_url && !this.isMissing();
    return isThere ? `/api/v1/music/track/${id}/cover?size=${String(this.size())}` : null;
  });
}

export function gradientFor(id: string): string {
  const hash = hashOf(id);
  const [from, to] = GRADIENTS[hash % GRADIENTS.length] ?? GRADIENTS[0];
  const angle = 120 + ((hash >>> 8) % 7) * 15;
  return `linear-gradient(${angle}deg, ${from}, ${to})`;
}

/** A waveform that is always the song's own, in the middle of 96 by 96: nobody takes it for the sound itself. */
export function waveFor(id: string): string {
  const bars = Array.from({ length: BARS }, (_, bar) => {
    const swell = Math.sin((Math.PI * (bar + 1)) / (BARS + 1));
    const half = 2 + swell * (4 + ((hashOf(`${id}${String(bar)}`) >>> 9) % 15));
    return `M${String(18 + bar * 5)} ${(48 - half).toFixed(1)}v${(2 * half).toFixed(1)}`;
  });
  return bars.join('');
}

const BARS = 13;

/** FNV-1a, 32 bits: spreads ids that differ in one letter. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}
