import { DestroyRef, DOCUMENT, inject, Injectable, signal } from '@angular/core';

import { type Shortcut, Shortcuts } from '@app/listen/shortcuts';

import { Singer } from './singer';

const STEP_SECONDS = 10;
const STEP_VOICE = 10;
const STEP_TEMPO = 0.05;
const TYPED_INTO = 'input, textarea, select, [contenteditable], dialog';
/** What every player's user tries, beside the letters on the sheet. */
const SAME_AS: Readonly<Record<string, string | undefined>> = {
  ' ': 'K',
  ArrowRight: 'L',
  ArrowLeft: 'J',
  ArrowUp: '↑',
  ArrowDown: '↓',
};
const PRESSED_BY_SPACE = 'button, a, summary';

/**
 * The keyboard while somebody sings. It hears before Listen's, whose keys would start another song; single letters
 * can be switched off with those.
 */
@Injectable()
export class SingKeys {
  readonly #singer = inject(Singer);
  readonly #shortcuts = inject(Shortcuts);
  readonly #isHelpOpen = signal(false);
  #voiceBefore = 100;

  readonly isHelpOpen = this.#isHelpOpen.asReadonly();
  readonly all: readonly Shortcut[] = [
    { key: 'K', does: 'listen.play', act: () => this.#singer.toggle() },
    { key: 'L', does: 'listen.forward', act: () => this.#by(STEP_SECONDS) },
    { key: 'J', does: 'listen.backward', act: () => this.#by(-STEP_SECONDS) },
    { key: '↑', does: 'sing.more-voice', act: () => this.#louder(STEP_VOICE) },
    { key: '↓', does: 'sing.less-voice', act: () => this.#louder(-STEP_VOICE) },
    { key: 'V', does: 'sing.switch-voice', act: () => this.#switchVoice() },
    { key: '+', does: 'sing.higher', act: () => this.#higher(1) },
    { key: '-', does: 'sing.lower', act: () => this.#higher(-1) },
    { key: '>', does: 'sing.faster', act: () => this.#faster(STEP_TEMPO) },
    { key: '<', does: 'sing.slower', act: () => this.#faster(-STEP_TEMPO) },
    { key: '?', does: 'listen.keys', act: () => this.help() },
  ];

  constructor() {
    const page = inject(DOCUMENT);
    const press = (event: KeyboardEvent) => this.#press(event);
    page.addEventListener('keydown', press, true);
    inject(DestroyRef).onDestroy(() => page.removeEventListener('keydown', press, true));
  }

  help(isOpen = true): void {
    this.#isHelpOpen.set(isOpen);
  }

  #press(event: KeyboardEvent): void {
    if (this.#isHelpOpen()) return event.stopPropagation();
    const target = event.target instanceof Element ? event.target : null;
    if (event.ctrlKey || event.metaKey || event.altKey || target?.closest(TYPED_INTO)) return;
    if (event.key === ' ' && target?.closest(PRESSED_BY_SPACE)) return;
    const isLetter = event.key.length === 1 && event.key !== ' ';
    if (isLetter) event.stopPropagation();
    if (isLetter && !this.#shortcuts.areOn()) return;
    const pressed = SAME_AS[event.key] ?? event.key.toUpperCase();
    const shortcut = this.all.find(({ key }) => key === pressed);
    if (!shortcut) return;
    event.preventDefault();
    shortcut.act();
  }

  #by(seconds: number): void {
    this.#singer.seek(this.#singer.position() + seconds);
  }

  #louder(by: number): void {
    this.#singer.change({ voice: this.#singer.chosen().voice + by });
  }

  #higher(semitones: number): void {
    this.#singer.change({ key: this.#singer.chosen().key + semitones });
  }

  #faster(by: number): void {
    this.#singer.change({ tempo: this.#singer.chosen().tempo + by });
  }

  /** Without the voice, and back as it was. */
  #switchVoice(): void {
    const { voice } = this.#singer.chosen();
    if (voice > 0) this.#voiceBefore = voice;
    this.#singer.change({ voice: voice > 0 ? 0 : this.#voiceBefore });
  }
}
