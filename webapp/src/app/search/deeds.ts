import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { Store } from '@ngrx/store';

import { library } from '@app/library/library.state';
import { SaveButton } from '@app/library/save-button';
import { hasAudio } from '@app/songs/has-audio';
import type { Song } from '@app/songs/songs.state';
import { Words } from '@app/words/words';

/**
 * What a found song is good for, at its row's end: sing it, where its music was made for this person before; have it
 * made, where the studio can; else only keep it, which wide screens offer for all.
 */
@Component({
  selector: 'ms-deeds',
  imports: [MatButton, RouterLink, SaveButton],
  template: `
    <span [class.spare]="hasAudio()"><ms-save-button isRound [songId]="song().id" /></span>
    @if (hasAudio()) {
      <a [matButton]="isMade() ? 'filled' : 'tonal'" [routerLink]="['/sing', song().id]">
        {{ t(isMade() ? 'sing.sing' : 'search.make')
        }}<span class="unseen">
          <bdi>{{ song().title }}</bdi></span
        >
      </a>
    }
  `,
  styles: `
    :host {
      display: flex;
      flex: none;
      align-items: center;
      gap: 4px;
      padding-inline-end: 8px;
    }
    a {
      --mat-button-filled-container-height: 44px;
      --mat-button-filled-horizontal-padding: 16px;
      --mat-button-tonal-container-height: 44px;
      --mat-button-tonal-horizontal-padding: 16px;
    }
    @media (width < 600px) {
      .spare {
        display: none;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Deeds {
  readonly song = input.required<Song>();

  readonly #made = inject(Store).selectSignal(library.selectMade);
  protected readonly t = inject(Words).t;
  protected readonly hasAudio = computed(() => hasAudio(this.song()));
  protected readonly isMade = computed(() => this.#made().has(this.song().id));
}
