import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';

import { KeptSongs } from '@app/offline/kept-songs';
import { Room, ROOMS } from '@app/offline/room';
import { bytesIn } from '@app/ui/bytes';
import { Choice } from '@app/ui/choice';
import { Words } from '@app/words/words';

/** How much of this device the kept songs take and may take, and whether the browser will leave them alone. */
@Component({
  selector: 'ms-storage-card',
  imports: [Choice, MatButton, RouterLink],
  template: `
    <section aria-labelledby="storage">
      <h2 id="storage">{{ t('storage.place') }}</h2>
      <p class="figures">
        {{ t('offline.used', { used: written(songs.used()), room: written(room.most()) }) }}
      </p>
      @if (room.estimate(); as all) {
        <p class="figures">
          {{ t('storage.browser', { used: written(all.used), quota: written(all.quota) }) }}
        </p>
      }
      @if (room.isSafe() !== null) {
        <p>{{ t(room.isSafe() ? 'storage.safe' : 'storage.unsafe') }}</p>
      }
      <div class="actions">
        <a matButton="tonal" routerLink="/library/offline">{{ t('offline.place') }}</a>
        @if (room.isSafe() === false) {
          <button matButton type="button" (click)="room.ask()">{{ t('storage.ask') }}</button>
        }
      </div>
      <fieldset>
        <legend>{{ t('storage.most') }}</legend>
        @for (most of rooms; track most) {
          <ms-choice
            group="room"
            [label]="written(most)"
            [chosen]="room.most() === most"
            (choose)="room.choose(most)"
          />
        }
      </fieldset>
    </section>
  `,
  styleUrl: './switches.scss',
  styles: `
    .actions {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      margin-block: 4px;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class StorageCard {
  readonly #words = inject(Words);
  protected readonly songs = inject(KeptSongs);
  protected readonly room = inject(Room);
  protected readonly t = this.#words.t;
  protected readonly rooms = ROOMS;
  readonly #language = computed(() => this.#words.language());

  constructor() {
    void this.room.look();
  }

  protected written(bytes: number): string {
    return bytesIn(this.#language(), bytes);
  }
}
