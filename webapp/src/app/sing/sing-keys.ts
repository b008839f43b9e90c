import { DestroyRef, DOCUMENT, inject, Injectable } from '@angular/core';

import { Shortcuts } from '@app/listen/shortcuts';

import { Singer } from './singer';

const STEP_SECONDS = 10;
const STEP_VOICE = 10;
const STEP_TEMPO = 0.05;
const TYPED_INTO = 'input, textarea, select, [contenteditable], dialog';
const PRESSED_BY_SPACE = 'button, a, summary';

/**
 * The keyboard while somebody sings. It hears before Listen's, whose keys would start another song; single letters
 * can be switched off with those.
 */
@Injectable()
export class SingKeys {
  readonly #singer = inject(Singer);
  readonly #shortcuts = inject(Shortcuts);
  #voiceBefore = 100;

  constructor() {
    const page = inject(DOCUMENT);
    const press = (event: KeyboardEvent) => this.#press(event);
    page.addEventListener('keydown', press, true);
    inject(DestroyRef).onDestroy(() => page.removeEventListener('keydown', press, true));
  }

  #press(event: KeyboardEvent): void {
    const target = event.target instanceof Element ? event.target : null;
    if (event.ctrlKey || event.metaKey || event.altKey || target?.closest(TYPED_INTO)) return;
    if (event.key === ' ' && target?.closest(PRESSED_BY_SPACE)) return;
    const isLetter = event.key.length === 1 && event.key !== ' ';
    if (isLetter) event.stopPropagation();
    if (isLetter && !this.#shortcuts.areOn()) return;
    const act = this.#acts[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  }

  readonly #acts: Readonly<Record<string, (() => void) | undefined>> = {
    ' ': () => this.#singer.toggle(),
    k: () => this.#singer.toggle(),
    arrowright: () => this.#by(STEP_SECONDS),
    arrowleft: () => this.#by(-STEP_SECONDS),
    l: () => this.#by(STEP_SECONDS),
    j: () => this.#by(-STEP_SECONDS),
    arrowup: () => this.#louder(STEP_VOICE),
    arrowdown: () => this.#louder(-STEP_VOICE),
    v: () => this.#switchVoice(),
    '+': () => this.#singer.change({ key: this.#singer.chosen().key + 1 }),
    '-': () => this.#singer.change({ key: this.#singer.chosen().key - 1 }),
    '>': () => this.#singer.change({ tempo: this.#singer.chosen().tempo + STEP_TEMPO }),
    '<': () => this.#singer.change({ tempo: this.#singer.chosen().tempo - STEP_TEMPO }),
  };

  #by(seconds: number): void {
    this.#singer.seek(this.#singer.position() + seconds);
  }

  #louder(by: number): void {
    this.#singer.change({ voice: this.#singer.chosen().voice + by });
  }

  /** Without the voice, and back as it was. */
  #switchVoice(): void {
    const { voice } = this.#singer.chosen();
    if (voice > 0) this.#voiceBefore = voice;
    this.#singer.change({ voice: voice > 0 ? 0 : this.#voiceBefore });
  }
}
