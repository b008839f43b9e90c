import { ChangeDetectionStrategy, Component, inject, output } from '@angular/core';
import { FormControl, ReactiveFormsModule, Validators } from '@angular/forms';
import { MatButton } from '@angular/material/button';

import { problemOf, wordsFor } from '@app/api/problem';
import { Notices } from '@app/shell/notices';
import { Words } from '@app/words/words';

import { type Playlist, Playlists } from './playlists';

const LONGEST_NAME = 60;

/** A name, and there is one more playlist. */
@Component({
  selector: 'ms-new-playlist',
  imports: [MatButton, ReactiveFormsModule],
  template: `
    <form (submit)="make($event)">
      <label>
        <span>{{ t('library.new-playlist') }}</span>
        <input type="text" autocomplete="off" dir="auto" [maxLength]="longest" [formControl]="name" />
      </label>
      <button matButton="tonal" type="submit" [disabled]="name.invalid">{{ t('jobs.make') }}</button>
    </form>
  `,
  styles: `
    form {
      display: flex;
      align-items: end;
      gap: 8px;
    }
    label {
      display: grid;
      flex: 1;
      gap: 4px;
      min-inline-size: 0;
      font-size: 14px;
      color: var(--quiet);
    }
    input {
      min-inline-size: 0;
      block-size: 48px;
      padding-inline: 16px;
      border: 1px solid var(--edge);
      border-radius: 16px;
      background: var(--surface);
      color: var(--text);
      font: 420 16px/1.5 var(--font);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class NewPlaylist {
  readonly made = output<Playlist>();

  readonly #playlists = inject(Playlists);
  readonly #notices = inject(Notices);
  protected readonly t = inject(Words).t;
  protected readonly longest = LONGEST_NAME;
  protected readonly name = new FormControl('', {
    nonNullable: true,
    validators: [Validators.required, Validators.pattern(/\S/)],
  });

  protected async make(event: Event): Promise<void> {
    event.preventDefault();
    if (this.name.invalid) return;
    try {
      const playlist = await this.#playlists.make(this.name.value.trim());
      this.name.reset();
      this.made.emit(playlist);
    } catch (error) {
      void this.#notices.say(this.t(wordsFor(problemOf(error)).headline));
    }
  }
}
