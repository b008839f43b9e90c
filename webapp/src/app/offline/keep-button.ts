import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';

import { SignInFirst } from '@app/session/sign-in-first';
import type { Song } from '@app/songs/songs.state';
import { Connection } from '@app/ui/connection';
import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

import { canKeep, Keeping } from './keeping';
import { KeptSongs } from './kept-songs';

/** Keeps a song on this device, or all of a playlist; tells how far it is; takes them off again. */
@Component({
  selector: 'ms-keep-button',
  imports: [Icon, MatButton],
  template: `
    @if (isOffered) {
      <button
        matButton="tonal"
        type="button"
        [attr.aria-pressed]="isKept()"
        [style.--share]="share() * 100 + '%'"
        [class.coming]="isComing()"
        (click)="toggle()"
      >
        <ms-icon [name]="isKept() ? 'check' : 'offline'" />{{ label() }}
      </button>
    }
  `,
  styles: `
    :host {
      display: contents;
    }
    ms-icon {
      inline-size: 20px;
      block-size: 20px;
      margin-inline-end: 8px;
      vertical-align: -4px;
    }
    [aria-pressed='true'] ms-icon {
      color: var(--music);
    }
    .coming {
      --towards: right;

      background:
        linear-gradient(var(--music) 0 0) no-repeat bottom left / var(--share) 3px,
        var(--raised);
    }
    .coming:dir(rtl) {
      background-position:
        bottom right,
        0 0;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class KeepButton {
  readonly songs = input.required<readonly Song[]>();

  readonly #kept = inject(KeptSongs);
  readonly #keeping = inject(Keeping);
  readonly #connection = inject(Connection);
  readonly #signInFirst = inject(SignInFirst);
  protected readonly t = inject(Words).t;
  protected readonly isOffered = canKeep();

  readonly #standings = computed(() => this.songs().map((song) => this.#kept.find(song.id)?.standing));
  protected readonly isKept = computed(() => this.#standings().every((one) => one === 'kept'));
  protected readonly isComing = computed(() => this.#standings().includes('wanted'));
  readonly #isMissing = computed(() =>
    this.#standings().some((one) => one === 'lost' || one === 'made-room'),
  );
  /** 0 to 1, of all songs together. */
  protected readonly share = computed(() => {
    const coming = this.#keeping.share();
    const isOurs = this.songs().some((song) => song.id === coming?.songId);
    const here = this.#standings().filter((one) => one === 'kept').length;
    return (here + (isOurs ? (coming?.share ?? 0) : 0)) / Math.max(1, this.songs().length);
  });
  protected readonly label = computed(() => {
    if (this.isKept()) return this.t('offline.kept');
    if (this.isComing())
      return this.#connection.online()
        ? this.t('offline.coming', { percent: Math.floor(this.share() * 100) })
        : this.t('offline.waiting');
    return this.t(this.#isMissing() ? 'offline.again' : 'offline.keep');
  });

  protected async toggle(): Promise<void> {
    if (!(await this.#signInFirst.ask())) return;
    if (this.isKept() || this.isComing())
      await Promise.all(this.songs().map((song) => this.#keeping.letGo(song.id)));
    else this.#keeping.keep(this.songs());
  }
}
