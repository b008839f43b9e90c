import { ChangeDetectionStrategy, Component, inject, input, signal } from '@angular/core';
import { FormControl, FormGroup, ReactiveFormsModule } from '@angular/forms';
import { MatButton } from '@angular/material/button';
import { Store } from '@ngrx/store';

import { Session } from '@app/session/session';
import { SignInFirst } from '@app/session/sign-in-first';
import type { Song } from '@app/songs/songs.state';
import { Choice } from '@app/ui/choice';
import { Icon } from '@app/ui/icon';
import { Sheet } from '@app/ui/sheet';
import { Words } from '@app/words/words';

import { signed } from './job-words';
import { jobActions } from './jobs.state';

/** How the instrumental shall be, and the button that has it made. */
@Component({
  selector: 'ms-make-sheet',
  imports: [Choice, Icon, MatButton, ReactiveFormsModule, Sheet],
  template: `
    <button matButton="tonal" type="button" (click)="open()">
      <ms-icon name="making" />{{ t('listen.instrumental') }}
    </button>
    <ms-sheet [title]="t('listen.instrumental')" [isOpen]="isOpen()" (closed)="isOpen.set(false)">
      <form [formGroup]="form" (submit)="make($event)">
        <label class="voice">
          <span>{{ t('making.guide') }}</span
          ><span class="value" aria-hidden="true">{{ form.value.guide }} %</span>
          <input type="range" min="0" max="40" step="5" formControlName="guide" />
        </label>
        <label>
          <span>{{ t('making.key') }}</span
          ><span class="value" aria-hidden="true">{{ inKey(form.value.key ?? 0) }}</span>
          <input type="range" min="-6" max="6" step="1" formControlName="key" />
        </label>
        <label>
          <span>{{ t('making.tempo') }}</span
          ><span class="value" aria-hidden="true">{{ form.value.tempo }} %</span>
          <input type="range" min="70" max="130" step="5" formControlName="tempo" />
        </label>
        <fieldset>
          <legend class="unseen">{{ t('making.quality') }}</legend>
          <ms-choice
            group="quality"
            [label]="t('making.best')"
            [chosen]="quality() === 'best'"
            (choose)="quality.set('best')"
          />
          <ms-choice
            group="quality"
            [label]="t('making.fast')"
            [chosen]="quality() === 'fast'"
            (choose)="quality.set('fast')"
          />
        </fieldset>
        <button matButton="filled" type="submit">{{ t('jobs.make') }}</button>
      </form>
    </ms-sheet>
  `,
  styles: `
    :host {
      display: contents;
    }
    [matButton='tonal'] ms-icon {
      inline-size: 20px;
      block-size: 20px;
      margin-inline-end: 8px;
      vertical-align: -4px;
    }
    form {
      display: grid;
      gap: 12px;
    }
    label {
      display: grid;
      grid-template-columns: 1fr auto;
      font-weight: 560;
    }
    .value {
      font-variant-numeric: tabular-nums;
      direction: ltr;
      color: var(--quiet);
    }
    input {
      grid-column: 1 / -1;
      inline-size: 100%;
      block-size: 44px;
      margin: 0;
      accent-color: var(--text);
      cursor: pointer;
    }
    .voice input {
      accent-color: var(--voice);
    }
    fieldset {
      margin: 0 -12px;
      padding: 0;
      border: 0;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class MakeSheet {
  readonly song = input.required<Pick<Song, 'id' | 'title'>>();

  readonly #store = inject(Store);
  readonly #session = inject(Session);
  readonly #signInFirst = inject(SignInFirst);
  protected readonly t = inject(Words).t;
  protected readonly inKey = signed;
  protected readonly isOpen = signal(false);
  protected readonly quality = signal<'best' | 'fast'>('best');
  protected readonly form = new FormGroup({
    guide: new FormControl(0, { nonNullable: true }),
    key: new FormControl(0, { nonNullable: true }),
    tempo: new FormControl(100, { nonNullable: true }),
  });

  protected async open(): Promise<void> {
    if (!(await this.#signInFirst.ask())) return;
    const chosen = this.#session.user()?.preferences as { quality?: string } | undefined;
    this.quality.set(chosen?.quality === 'fast' ? 'fast' : 'best');
    this.isOpen.set(true);
  }

  protected make(event: Event): void {
    event.preventDefault();
    this.isOpen.set(false);
    const { guide, key, tempo } = this.form.getRawValue();
    const wish = {
      stems: 'instrumental',
      key,
      tempo: tempo / 100,
      guide_vocal: guide,
      quality: this.quality(),
    } as const;
    const { id: songId, title } = this.song();
    this.#store.dispatch(jobActions.wanted({ songId, title, wish, name: crypto.randomUUID() }));
  }
}
