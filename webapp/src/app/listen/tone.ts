import { effect, inject, Injectable, signal } from '@angular/core';

import { stored } from '@app/ui/stored';

import { Engine } from './engine';

export const SPEEDS = [0.75, 0.9, 1, 1.1, 1.25, 1.5] as const;
const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;

/** How it sounds on this device: how fast, and how loud. */
@Injectable({ providedIn: 'root' })
export class Tone {
  readonly #engine = inject(Engine);
  readonly #kept = stored('melody.volume', 1, isShare);
  readonly #speed = signal(1);
  readonly #volume = signal(this.#kept.read());

  readonly speed = this.#speed.asReadonly();
  /** 0 to 1. */
  readonly volume = this.#volume.asReadonly();
  readonly hasVolume = this.#engine.setVolume(0.5);

  constructor() {
    effect(() => this.#engine.setVolume(this.#volume()));
    effect(() => this.#engine.setSpeed(this.#speed()));
  }

  setSpeed(speed: number): void {
    this.#speed.set(speed);
  }

  setVolume(volume: number): void {
    const bounded = Math.round(Math.max(0, Math.min(1, volume)) * 100) / 100;
    this.#volume.set(bounded);
    this.#kept.write(bounded);
  }
}
