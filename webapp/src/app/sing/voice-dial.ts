import {
  ChangeDetectionStrategy,
  Component,
  computed,
  ElementRef,
  inject,
  input,
  output,
} from '@angular/core';

import { Words } from '@app/words/words';

const RADIUS = 42;
const FIRST_DEGREES = 135;
const SWEEP_DEGREES = 270;
const TURN_DEGREES = 360;

/** How much of the voice is in the music, as a knob: turned with a finger, or with the keys as any slider. */
@Component({
  selector: 'ms-voice-dial',
  template: `
    <svg viewBox="0 0 100 100" aria-hidden="true">
      <path class="all" [attr.d]="arc(1)" />
      @if (value() > 0) {
        <path class="voice" [attr.d]="arc(share())" />
      }
      <circle class="thumb" [attr.cx]="thumb().x" [attr.cy]="thumb().y" r="6" />
    </svg>
    <input
      type="range"
      min="0"
      max="100"
      step="1"
      [value]="value()"
      [attr.aria-label]="t('making.guide')"
      [attr.aria-valuetext]="value() + ' %'"
      (input)="changed.emit(+slider.value)"
      #slider
    />
    <p aria-hidden="true">
      <strong class="figures">{{ value() }}</strong
      ><span>{{ t('sing.voice') }}</span>
    </p>
  `,
  styles: `
    :host {
      position: relative;
      display: grid;
      place-items: center;
      aspect-ratio: 1;
      border-radius: 50%;
      direction: ltr;
      touch-action: none;
      cursor: grab;
      user-select: none;
      -webkit-user-select: none;
    }
    :host(:active) {
      cursor: grabbing;
    }
    :host(:has(:focus-visible)) {
      outline: 3px solid var(--action-text);
      outline-offset: 4px;
    }
    svg {
      position: absolute;
      inset: 0;
      overflow: visible;
    }
    path {
      fill: none;
      stroke-width: 7;
      stroke-linecap: round;
    }
    .all {
      stroke: var(--line);
    }
    .voice {
      stroke: var(--voice);
    }
    .thumb {
      fill: var(--text);
      stroke: var(--ground);
      stroke-width: 2;
    }
    input {
      position: absolute;
      inset: 30%;
      margin: 0;
      opacity: 0;
      pointer-events: none;
    }
    p {
      display: grid;
      justify-items: center;
      pointer-events: none;
    }
    strong {
      font-size: clamp(44px, 15vmin, 84px);
      font-weight: 750;
      line-height: 1;
      letter-spacing: -0.03em;
    }
    span {
      margin-block-start: 4px;
      font-size: 17px;
      font-weight: 560;
      color: var(--quiet);
    }
    @media (forced-colors: active) {
      .all {
        stroke: GrayText;
      }
      .voice {
        stroke: Highlight;
      }
    }
  `,
  host: {
    '(pointerdown)': 'hold($event)',
    '(pointermove)': 'turn($event)',
  },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class VoiceDial {
  /** Per cent. */
  readonly value = input.required<number>();
  readonly changed = output<number>();

  readonly #host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  protected readonly t = inject(Words).t;
  protected readonly share = computed(() => this.value() / 100);
  protected readonly thumb = computed(() => pointAt(this.share()));

  protected hold(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#host.setPointerCapture(event.pointerId);
    this.#host.querySelector('input')?.focus({ preventScroll: true });
    this.#follow(event);
  }

  protected turn(event: PointerEvent): void {
    if (this.#host.hasPointerCapture(event.pointerId)) this.#follow(event);
  }

  protected arc(share: number): string {
    const [from, to] = [pointAt(0), pointAt(share)];
    const isLong = share * SWEEP_DEGREES > TURN_DEGREES / 2 ? 1 : 0;
    return `M${from.x} ${from.y}A${RADIUS} ${RADIUS} 0 ${isLong} 1 ${to.x} ${to.y}`;
  }

  #follow({ clientX, clientY }: PointerEvent): void {
    const { left, top, width, height } = this.#host.getBoundingClientRect();
    const share = shareAt(clientX - left - width / 2, clientY - top - height / 2, this.share());
    this.changed.emit(Math.round(share * 100));
  }
}

function pointAt(share: number): { x: string; y: string } {
  const angle = ((FIRST_DEGREES + share * SWEEP_DEGREES) * Math.PI) / 180;
  return { x: (50 + RADIUS * Math.cos(angle)).toFixed(2), y: (50 + RADIUS * Math.sin(angle)).toFixed(2) };
}

/**
 * Where on the arc a finger is, seen from the middle. In the gap below, and across it, the thumb stays at the end
 * where it was: the voice never leaps from nothing to all.
 */
export function shareAt(x: number, y: number, before: number): number {
  const degrees = (Math.atan2(y, x) * 180) / Math.PI - FIRST_DEGREES;
  const turned = ((degrees % TURN_DEGREES) + TURN_DEGREES) % TURN_DEGREES;
  const share = turned / SWEEP_DEGREES;
  const isAcross = (before === 0 && share > 0.85) || (before === 1 && share < 0.15);
  return share > 1 || isAcross ? Math.round(before) : share;
}
