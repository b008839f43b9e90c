import { Injectable, signal } from '@angular/core';

import { stored } from '@app/ui/stored';

const MOST = 8;

/** What was looked for on this device, the newest first. It never leaves the device. */
@Injectable({ providedIn: 'root' })
export class RecentSearches {
  readonly #kept = stored<readonly string[]>(
    'melody.searches',
    [],
    (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  );
  readonly #all = signal(this.#kept.read());

  readonly all = this.#all.asReadonly();

  remember(query: string): void {
    const wanted = query.trim();
    if (!wanted) return;
    const same = (one: string) => one.toLocaleLowerCase() === wanted.toLocaleLowerCase();
    this.#keep([wanted, ...this.#all().filter((one) => !same(one))].slice(0, MOST));
  }

  forget(): void {
    this.#keep([]);
  }

  #keep(searches: readonly string[]): void {
    this.#kept.write(searches);
    this.#all.set(searches);
  }
}
