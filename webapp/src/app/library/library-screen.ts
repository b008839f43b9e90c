import { CdkVirtualScrollViewport, ScrollingModule } from '@angular/cdk/scrolling';
import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  linkedSignal,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink } from '@angular/router';
import { Store } from '@ngrx/store';
import { debounceTime, Subject } from 'rxjs';

import { OnStage } from '@app/listen/on-stage';
import { Player } from '@app/listen/player';
import { Wave } from '@app/listen/wave';
import { SongRowsWaiting } from '@app/songs/song-rows-waiting';
import type { Song } from '@app/songs/songs.state';
import { Trouble } from '@app/trouble/trouble';
import { Icon } from '@app/ui/icon';
import type { Key } from '@app/words/catalogue';
import { Words } from '@app/words/words';

import { library, libraryActions, type Question, type Shelf, SHELVES } from './library.state';
import { LibraryRow } from './library-row';
import { SaveButton } from './save-button';

const TYPING_PAUSE_MS = 250;
const AHEAD = 40;
const STILL = Array.from(
  { length: 40 },
  (_, bar) => 40 + 60 * Math.abs(Math.sin(bar / 3) * Math.sin(bar / 11)),
);

const NAMES = {
  recent: 'library.recent',
  saved: 'library.saved',
  conversions: 'library.instrumentals',
} as const satisfies Record<Shelf, Key>;
const HINTS = {
  recent: 'library.hint-recent',
  saved: 'library.hint-saved',
  conversions: 'library.hint-instrumentals',
} as const satisfies Record<Shelf, Key>;

/** What is one's own: saved, heard, sent and made. However long, only the rows on the screen are there. */
@Component({
  selector: 'ms-library-screen',
  imports: [
    Icon,
    LibraryRow,
    MatButton,
    RouterLink,
    SaveButton,
    ScrollingModule,
    SongRowsWaiting,
    Trouble,
    Wave,
  ],
  templateUrl: './library-screen.html',
  styleUrl: './library-screen.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class LibraryScreen {
  readonly shelf = input<string>();
  readonly sort = input<string>();
  readonly q = input<string>();

  readonly #router = inject(Router);
  readonly #store = inject(Store);
  readonly #onStage = inject(OnStage);
  readonly #typed = new Subject<string>();
  protected readonly player = inject(Player);
  protected readonly t = inject(Words).t;
  protected readonly shelves = SHELVES;
  protected readonly names = NAMES;
  protected readonly hints = HINTS;
  protected readonly still = STILL;

  protected readonly text = linkedSignal(() => this.q() ?? '');
  protected readonly question = computed<Question>(
    () => ({
      shelf: SHELVES.find((one) => one === this.shelf()) ?? 'recent',
      sort: this.sort() === 'title' ? 'title' : 'used',
      q: (this.q() ?? '').trim(),
    }),
    { equal: (one, other) => one.shelf === other.shelf && one.sort === other.sort && one.q === other.q },
  );
  protected readonly songs = this.#store.selectSignal(library.selectSongs);
  protected readonly progress = this.#store.selectSignal(library.selectProgress);
  protected readonly problem = this.#store.selectSignal(library.selectProblem);
  readonly #hasMore = this.#store.selectSignal(library.selectHasMore);
  private readonly viewport = viewChild(CdkVirtualScrollViewport);

  constructor() {
    effect(() => this.#store.dispatch(libraryActions.asked({ question: this.question() })));
    effect(() => {
      if (this.songs().length)
        this.fetchAhead(); // a short page leaves the screen unfilled
      else if (this.#hasMore()) this.more();
    });
    this.#typed
      .pipe(debounceTime(TYPING_PAUSE_MS), takeUntilDestroyed())
      .subscribe((q) => this.narrow({ q: q.trim() || null }));
  }

  protected type(text: string): void {
    this.text.set(text);
    this.#typed.next(text);
  }

  protected narrow(change: { q?: string | null; sort?: string }): void {
    const { shelf, sort, q } = { ...this.question(), ...change };
    const queryParams = { shelf, sort: sort === 'used' ? null : sort, q: q || null };
    void this.#router.navigate([], { queryParams, replaceUrl: true });
  }

  protected askAgain(): void {
    this.#store.dispatch(libraryActions.asked({ question: this.question() }));
  }

  protected more(): void {
    this.#store.dispatch(libraryActions.askedForMore());
  }

  /** The next page is on its way before the last row is seen. */
  protected fetchAhead(): void {
    const seen = this.viewport()?.getRenderedRange().end ?? 0;
    if (this.#hasMore() && seen + AHEAD >= this.songs().length) this.more();
  }

  protected start(index: number): void {
    this.#onStage.set();
    this.player.start(this.songs(), index);
  }

  protected readonly byId = (_: number, song: Song): string => song.id;
}
