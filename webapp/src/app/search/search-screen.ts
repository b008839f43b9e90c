import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  linkedSignal,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { Router } from '@angular/router';
import { Store } from '@ngrx/store';
import { debounceTime, distinctUntilChanged, Subject } from 'rxjs';

import { Install } from '@app/install/install';
import { InstallCard } from '@app/install/install-card';
import { SongRow } from '@app/songs/song-row';
import { SongRowsWaiting } from '@app/songs/song-rows-waiting';
import { Trouble } from '@app/trouble/trouble';
import { byAndBy } from '@app/ui/by-and-by';
import { Words } from '@app/words/words';

import { Deeds } from './deeds';
import { Filters } from './filters';
import { RecentSearches } from './recent';
import { RecentList } from './recent-list';
import { SearchField } from './search-field';
import { search, searchActions, type Question } from './search.state';

const TYPING_PAUSE_MS = 200;

/** The first screen. The address holds the whole question, so that back, reload and a shared link find it again. */
@Component({
  selector: 'ms-search-screen',
  imports: [
    Deeds,
    Filters,
    InstallCard,
    MatButton,
    RecentList,
    SearchField,
    SongRow,
    SongRowsWaiting,
    Trouble,
  ],
  templateUrl: './search-screen.html',
  styleUrl: './search-screen.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SearchScreen {
  readonly q = input<string>();
  readonly language = input<string>();
  readonly source = input<string>();

  readonly #router = inject(Router);
  readonly #store = inject(Store);
  readonly #recent = inject(RecentSearches);
  readonly #typed = new Subject<string>();
  protected readonly install = inject(Install);
  protected readonly t = inject(Words).t;

  /** What stands in the field: a little ahead of the address while somebody types. */
  protected readonly text = linkedSignal(() => this.q() ?? '');
  protected readonly question = computed<Question>(
    () => ({ q: (this.q() ?? '').trim(), language: this.language() ?? '', source: this.source() ?? 'all' }),
    { equal: isSame },
  );

  protected readonly progress = this.#store.selectSignal(search.selectProgress);
  protected readonly problem = this.#store.selectSignal(search.selectProblem);
  protected readonly songs = this.#store.selectSignal(search.selectSongs);
  protected readonly own = this.#store.selectSignal(search.selectOwnSongs);
  protected readonly total = this.#store.selectSignal(search.selectTotal);
  protected readonly partial = this.#store.selectSignal(search.selectPartial);
  protected readonly hasMore = this.#store.selectSignal(search.selectHasMore);
  protected readonly trending = byAndBy(this.#store.selectSignal(search.selectTrendingSongs), 3);

  constructor() {
    this.#typed
      .pipe(debounceTime(TYPING_PAUSE_MS), distinctUntilChanged(), takeUntilDestroyed())
      .subscribe((q) => this.#ask({ q }));
    effect(() => {
      const question = this.question();
      this.#store.dispatch(question.q ? searchActions.asked({ question }) : searchActions.left());
    });
    effect(() => {
      const { q, language } = this.question();
      if (!q) this.#store.dispatch(searchActions.trendingWanted({ language }));
    });
  }

  protected type(text: string): void {
    this.text.set(text);
    if (text.trim()) this.#typed.next(text);
    else this.#forgetText();
  }

  protected send(text: string): void {
    this.#recent.remember(text);
    this.#ask({ q: text });
  }

  protected narrow(filter: Partial<Question>): void {
    this.#ask(filter);
  }

  protected remember(): void {
    this.#recent.remember(this.question().q);
  }

  protected askAgain(): void {
    this.#store.dispatch(searchActions.askedAgain());
  }

  protected askForMore(): void {
    this.#store.dispatch(searchActions.askedForMore());
  }

  /** An empty field is answered at once, and no pause in typing brings the old text back. */
  #forgetText(): void {
    this.#typed.next('');
    this.#ask({ q: '' });
  }

  #ask(change: Partial<Question>): void {
    const { q, language, source } = { ...this.question(), ...change };
    const queryParams = {
      q: q.trim() || null,
      language: language || null,
      source: source === 'all' ? null : source,
    };
    void this.#router.navigate([], { queryParams, replaceUrl: true });
  }
}

function isSame(one: Question, other: Question): boolean {
  return one.q === other.q && one.language === other.language && one.source === other.source;
}
