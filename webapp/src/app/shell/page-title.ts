import { effect, inject, Injectable, signal } from '@angular/core';
import { Title } from '@angular/platform-browser';
import { type RouterStateSnapshot, TitleStrategy } from '@angular/router';

import type { Key } from '@app/words/catalogue';
import { Words } from '@app/words/words';

/** `What shall we sing? · Melody Studio`. Routes name a text; a screen that knows better says it by `name`. */
@Injectable({ providedIn: 'root' })
export class PageTitle extends TitleStrategy {
  readonly #title = inject(Title);
  readonly #words = inject(Words);
  readonly #key = signal<Key | null>(null);
  readonly #name = signal('');

  constructor() {
    super();
    effect(() => {
      const key = this.#key();
      const shown = this.#name() || (key ? this.#words.t(key) : '');
      this.#title.setTitle(shown ? `${shown} · Melody Studio` : 'Melody Studio');
    });
  }

  override updateTitle(snapshot: RouterStateSnapshot): void {
    this.#name.set('');
    this.#key.set((this.buildTitle(snapshot) as Key | undefined) ?? null);
  }

  /** What is on this screen just now, until the next screen. */
  name(name: string): void {
    this.#name.set(name);
  }
}
