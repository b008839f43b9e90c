import { computed, DOCUMENT, effect, inject, Injectable, signal } from '@angular/core';

import { stored } from '@app/ui/stored';

export const CHOICES = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof CHOICES)[number];

const GROUNDS = { light: '#fbf6ef', dark: '#0f0b1a' } as const;

/** The chosen theme, on this device. The page's first script applies it before anything is drawn. */
@Injectable({ providedIn: 'root' })
export class Theme {
  readonly #document = inject(DOCUMENT);
  readonly #kept = stored<ThemeChoice>('melody.theme', 'system', (value) =>
    CHOICES.includes(value as ThemeChoice),
  );
  readonly #choice = signal(this.#kept.read());

  readonly #worn = signal<'light' | 'dark' | null>(null);

  readonly choice = this.#choice.asReadonly();
  /** Whether the page wears the colours of an app around it, and nothing is to be chosen. */
  readonly isWorn = computed(() => this.#worn() !== null);

  constructor() {
    effect(() => this.#apply(this.#worn() ?? this.#choice()));
  }

  choose(choice: ThemeChoice): void {
    this.#kept.write(choice);
    this.#choice.set(choice);
  }

  /** What the app around us has chosen, whatever was chosen here. */
  wear(scheme: 'light' | 'dark'): void {
    this.#worn.set(scheme);
  }

  #apply(choice: ThemeChoice): void {
    const root = this.#document.documentElement;
    if (choice === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = choice;
    for (const meta of this.#document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')) {
      const scheme = meta.media.includes('dark') ? 'dark' : 'light';
      meta.content = GROUNDS[choice === 'system' ? scheme : choice];
    }
  }
}
