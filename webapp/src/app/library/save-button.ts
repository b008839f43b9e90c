import {
  booleanAttribute,
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Store } from '@ngrx/store';

import { aboutSaving } from '@app/outbox/deeds';
import { Outbox } from '@app/outbox/outbox';
import { Session } from '@app/session/session';
import { SignInFirst } from '@app/session/sign-in-first';
import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

import { library, libraryActions } from './library.state';
import { SavedSongs } from './saved-songs';

/** Keeps a song in the library, or no longer. Whoever is not signed in does that first. */
@Component({
  selector: 'ms-save-button',
  imports: [Icon, MatButton],
  template: `
    @if (isWaiting()) {
      <ms-icon name="clock" class="later" role="img" [attr.aria-label]="t('later.mark')" />
    }
    @if (isRound()) {
      <button
        type="button"
        class="round"
        [attr.aria-label]="t('library.save')"
        [attr.aria-pressed]="isSaved()"
        (click)="keep()"
      >
        <ms-icon [name]="isSaved() ? 'kept' : 'keep'" />
      </button>
    } @else {
      <button matButton="tonal" type="button" [attr.aria-pressed]="isSaved()" (click)="keep()">
        <ms-icon [name]="isSaved() ? 'kept' : 'keep'" />{{ t(isSaved() ? 'library.saved' : 'library.save') }}
      </button>
    }
  `,
  styles: `
    :host {
      display: contents;
    }
    .round {
      display: grid;
      flex: none;
      place-items: center;
      inline-size: 48px;
      block-size: 48px;
      padding: 0;
      border: 0;
      border-radius: 50%;
      background: none;
      color: var(--quiet);
      cursor: pointer;
      transition: background-color var(--ease);
    }
    .round:hover {
      background: var(--raised);
    }
    .later {
      align-self: center;
      inline-size: 16px;
      block-size: 16px;
      color: var(--quiet);
    }
    [matButton] ms-icon {
      inline-size: 20px;
      block-size: 20px;
      margin-inline-end: 8px;
      vertical-align: -4px;
    }
    [aria-pressed='true'] ms-icon {
      color: var(--action-text);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SaveButton {
  readonly songId = input.required<string>();
  readonly isRound = input(false, { transform: booleanAttribute });

  readonly #store = inject(Store);
  readonly #signInFirst = inject(SignInFirst);
  readonly #savedSongs = inject(SavedSongs);
  readonly #saved = this.#store.selectSignal(library.selectSaved);
  readonly #personId = inject(Session).personId;
  protected readonly t = inject(Words).t;
  protected readonly isSaved = computed(
    () => this.#personId() !== null && this.#saved()[this.songId()] === true,
  );

  readonly #outbox = inject(Outbox);
  protected readonly isWaiting = computed(() => this.#outbox.about().has(aboutSaving(this.songId())));

  constructor() {
    effect(() => this.#savedSongs.learn());
  }

  protected async keep(): Promise<void> {
    const saved = !this.isSaved();
    if (await this.#signInFirst.ask())
      this.#store.dispatch(libraryActions.keep({ id: this.songId(), saved }));
  }
}
