import { DestroyRef, DOCUMENT, inject, Injectable, signal } from '@angular/core';

import { stored } from '@app/ui/stored';
import type { Key } from '@app/words/catalogue';

import { Player } from './player';
import { Tone } from './tone';

const STEP_SECONDS = 10;
const STEP_VOLUME = 0.1;
const TYPED_INTO = 'input, textarea, select, [contenteditable], [role=slider]';

/** A key, as it is written on the sheet that tells of it. */
export interface Shortcut {
  readonly key: string;
  readonly does: Key;
  act(): void;
}

/**
 * The keyboard as a remote control. Single letters can be switched off, as those who dictate have to be able to
 * (WCAG 2.1.4).
 */
@Injectable({ providedIn: 'root' })
export class Shortcuts {
  readonly #player = inject(Player);
  readonly #tone = inject(Tone);
  readonly #kept = stored('melody.shortcuts', true, (value) => typeof value === 'boolean');
  readonly #areOn = signal(this.#kept.read());
  readonly #isHelpOpen = signal(false);

  readonly areOn = this.#areOn.asReadonly();
  readonly isHelpOpen = this.#isHelpOpen.asReadonly();
  readonly all: readonly Shortcut[] = [
    { key: 'K', does: 'listen.play', act: () => this.#player.toggle() },
    { key: 'L', does: 'listen.forward', act: () => this.#by(STEP_SECONDS) },
    { key: 'J', does: 'listen.backward', act: () => this.#by(-STEP_SECONDS) },
    { key: 'N', does: 'listen.next', act: () => this.#player.next() },
    { key: 'P', does: 'listen.previous', act: () => this.#player.previous() },
    { key: 'S', does: 'listen.shuffle', act: () => this.#player.shuffle() },
    { key: 'R', does: 'listen.repeat', act: () => this.#player.repeat() },
    { key: '+', does: 'listen.volume', act: () => this.#tone.setVolume(this.#tone.volume() + STEP_VOLUME) },
    { key: '-', does: 'listen.volume', act: () => this.#tone.setVolume(this.#tone.volume() - STEP_VOLUME) },
    { key: '?', does: 'listen.keys', act: () => this.help() },
  ];

  constructor() {
    const page = inject(DOCUMENT);
    const press = (event: KeyboardEvent) => this.#press(event);
    page.addEventListener('keydown', press);
    inject(DestroyRef).onDestroy(() => page.removeEventListener('keydown', press));
  }

  use(areOn: boolean): void {
    this.#areOn.set(areOn);
    this.#kept.write(areOn);
  }

  help(isOpen = true): void {
    this.#isHelpOpen.set(isOpen);
  }

  #by(seconds: number): void {
    this.#player.seek(this.#player.position() + seconds);
  }

  #press(event: KeyboardEvent): void {
    const isElsewhere = event.target instanceof Element && event.target.closest(TYPED_INTO) !== null;
    if (!this.#areOn() || isElsewhere || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.#player.isOn() || this.#isHelpOpen()) return;
    const shortcut = this.all.find(({ key }) => key === event.key.toUpperCase());
    if (!shortcut) return;
    event.preventDefault();
    shortcut.act();
  }
}
