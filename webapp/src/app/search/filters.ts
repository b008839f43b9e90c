import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { MatChipListbox, MatChipOption } from '@angular/material/chips';

import { Studio } from '@app/api/studio';
import { byAndBy } from '@app/ui/by-and-by';
import { LANGUAGES, ownNameOf } from '@app/words/languages';
import { Words } from '@app/words/words';

import type { Question } from './search.state';

/** Languages, each by its own name, the person's first; and the sources, where there is more than the studio itself. */
@Component({
  selector: 'ms-filters',
  imports: [MatChipListbox, MatChipOption],
  template: `
    <mat-chip-listbox
      [aria-label]="t('search.languages')"
      [value]="question().language"
      [hideSingleSelectionIndicator]="true"
      [required]="true"
      (change)="chosen.emit({ language: $event.value ?? '' })"
    >
      <mat-chip-option value="">{{ t('search.all') }}</mat-chip-option>
      @for (language of languages(); track language.code) {
        <mat-chip-option [value]="language.code"
          ><span [lang]="language.code">{{ language.name }}</span></mat-chip-option
        >
      }
    </mat-chip-listbox>
    @if (sources().length) {
      <mat-chip-listbox
        [aria-label]="t('search.sources')"
        [value]="question().source"
        [hideSingleSelectionIndicator]="true"
        [required]="true"
        (change)="chosen.emit({ source: $event.value ?? 'all' })"
      >
        <mat-chip-option value="all">{{ t('search.everywhere') }}</mat-chip-option>
        <mat-chip-option value="local">{{ t('song.own') }}</mat-chip-option>
        @for (source of sources(); track source.source) {
          <mat-chip-option [value]="source.source">{{ source.label }}</mat-chip-option>
        }
      </mat-chip-listbox>
    }
  `,
  styleUrl: './filters.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Filters {
  readonly question = input.required<Question>();
  readonly chosen = output<Partial<Question>>();

  readonly #words = inject(Words);
  readonly #studio = inject(Studio);
  protected readonly t = this.#words.t;

  readonly #languages = computed(() => {
    const own = this.#words.language();
    const asked = this.question().language;
    const codes = new Set([own, ...LANGUAGES, ...(asked ? [asked] : [])]);
    return [...codes].map((code) => ({ code, name: ownNameOf(code) }));
  });
  protected readonly languages = byAndBy(this.#languages, isWide() ? LANGUAGES.length : 3);
  protected readonly sources = computed(() => this.#studio.info()?.sources ?? []);
}

/** Where all languages are in sight; on a phone most are pushed into it. */
function isWide(): boolean {
  return globalThis.matchMedia?.('(width >= 840px)').matches === true;
}
