import { computed, DOCUMENT, inject, Injectable, signal } from '@angular/core';

import { stored } from '@app/ui/stored';

import type { Catalogue, Key } from './catalogue';
import { directionOf, isLanguage, nameOf, namesIn, preferred, type Language } from './languages';
import { CATALOGUES } from './loading';

type Values = Readonly<Record<string, string | number>>;

/**
 * What the player says. Catalogues are code, so a missing text does not compile, and each is a file of its own that
 * is fetched when its language is chosen. `t` reads a signal: a template that calls it follows the language.
 */
@Injectable({ providedIn: 'root' })
export class Words {
  readonly #document = inject(DOCUMENT);
  readonly #kept = stored<Language | ''>('melody.language', '', isLanguage);
  readonly #language = signal<Language>(this.#kept.read() || preferred(navigator.languages));
  readonly #catalogue = signal<Catalogue | null>(null);

  readonly language = this.#language.asReadonly();
  readonly direction = computed(() => directionOf(this.#language()));
  readonly #plurals = computed(() => new Intl.PluralRules(this.#language()));
  readonly #languageNames = computed(() => namesIn(this.#language()));
  readonly #times = computed(() => new Intl.RelativeTimeFormat(this.#language()));
  readonly #numbers = computed(() => new Intl.NumberFormat(this.#language()));

  /** Load the language that was chosen, or that the browser asks for. Called once, before the first screen. */
  async start(): Promise<void> {
    await this.#show(this.#language());
  }

  /** Speak this language from now on. Rejects where its catalogue can't be fetched; then nothing has changed. */
  async choose(language: Language): Promise<void> {
    await this.#show(language);
    this.#kept.write(language);
  }

  /** A text with its `{names}` filled in; of texts in several numbers the one that goes with `count`. */
  readonly t = (key: Key, values: Values = {}): string => {
    const entry = this.#catalogue()?.[key];
    if (entry === undefined) return '';
    const text =
      typeof entry === 'string'
        ? entry
        : (entry[this.#plurals().select(Number(values['count']))] ?? entry.other);
    return text.replace(/\{(\w+)\}/g, (_, name: string) => this.#written(values[name]));
  };

  /** A language's name in the language of the player. */
  readonly languageName = (code: string): string => nameOf(code, this.#languageNames());

  /** `in 20 minutes`, `in 5 hours`: when so many seconds are over. */
  readonly whenIn = (seconds: number): string => {
    const minutes = Math.ceil(seconds / 60);
    return minutes < 60
      ? this.#times().format(minutes, 'minute')
      : this.#times().format(Math.ceil(minutes / 60), 'hour');
  };

  #written(value: string | number | undefined): string {
    return typeof value === 'number' ? this.#numbers().format(value) : (value ?? '');
  }

  async #show(language: Language): Promise<void> {
    this.#catalogue.set(await CATALOGUES[language]());
    this.#language.set(language);
    this.#document.documentElement.lang = language;
    this.#document.documentElement.dir = directionOf(language);
  }
}
