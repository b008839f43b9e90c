import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';

import { Profile } from '@app/session/profile';
import type { User } from '@app/session/session';
import type { Key } from '@app/words/catalogue';
import { Words } from '@app/words/words';

interface Dial {
  readonly name: 'guide' | 'key' | 'tempo';
  readonly label: Key;
  readonly hint: Key;
  readonly least: number;
  readonly most: number;
  readonly step: number;
  readonly usual: number;
}

interface Pick {
  readonly name: 'quality' | 'stems' | 'format';
  readonly label: Key;
  readonly hint: Key;
  /** The first is the default. */
  readonly values: readonly (readonly [value: string, label: Key | null])[];
}

const PICKS: readonly Pick[] = [
  {
    name: 'quality',
    label: 'making.quality',
    hint: 'making.quality-hint',
    values: [
      ['best', 'making.best'],
      ['fast', 'making.fast'],
    ],
  },
  {
    name: 'stems',
    label: 'making.stems',
    hint: 'making.stems-hint',
    values: [
      ['instrumental', 'making.instrumental'],
      ['vocals', 'making.vocals'],
      ['both', 'making.both'],
    ],
  },
  {
    name: 'format',
    label: 'making.format',
    hint: 'making.format-hint',
    values: [
      ['', 'making.suits'],
      ['m4a', null],
      ['mp3', null],
    ],
  },
];
const DIALS: readonly Dial[] = [
  { name: 'guide', label: 'making.guide', hint: 'making.guide-hint', least: 0, most: 40, step: 5, usual: 0 },
  { name: 'key', label: 'making.key', hint: 'making.key-hint', least: -6, most: 6, step: 1, usual: 0 },
  {
    name: 'tempo',
    label: 'making.tempo',
    hint: 'making.tempo-hint',
    least: 70,
    most: 130,
    step: 5,
    usual: 100,
  },
];

/** How songs are made where nothing else is said, here and in the chats. Each choice is kept at once. */
@Component({
  selector: 'ms-making',
  templateUrl: './making.html',
  styleUrl: './making.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Making {
  readonly user = input.required<User>();

  readonly #profile = inject(Profile);
  readonly #words = inject(Words);
  protected readonly t = this.#words.t;
  protected readonly picks = PICKS;
  protected readonly dials = DIALS;
  readonly #chosen = computed(
    () => this.user().preferences as Readonly<Record<string, string | number | undefined>>,
  );

  /** While a dial is held. */
  readonly #moved = signal<{ name: Dial['name']; value: number } | null>(null);

  protected picked(pick: Pick): string {
    return String(this.#chosen()[pick.name] ?? pick.values[0]?.[0]);
  }

  protected set(dial: Dial): number {
    const moved = this.#moved();
    if (moved?.name === dial.name) return moved.value;
    return Number(this.#chosen()[dial.name] ?? dial.usual);
  }

  /** `+2`, `20 %`, as the language writes it. */
  protected written(dial: Dial, value: number): string {
    const language = this.#words.language();
    if (dial.name === 'key')
      return new Intl.NumberFormat(language, { signDisplay: 'exceptZero' }).format(value);
    return new Intl.NumberFormat(language, { style: 'percent' }).format(value / 100);
  }

  protected choose(name: Pick['name'], value: string): void {
    void this.#profile.prefer({ [name]: value || null });
  }

  protected move({ name }: Dial, value: number): void {
    this.#moved.set({ name, value });
  }

  protected turn(dial: Dial, value: number): void {
    this.#moved.set(null);
    void this.#profile.prefer({ [dial.name]: value === dial.usual ? null : value });
  }
}
