import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';

import { Wave } from '@app/listen/wave';
import { Words } from '@app/words/words';

import { shapeInWords, standingInWords } from './job-words';
import type { Job } from './jobs.state';

/** A shape of its own for every song, until its own wave is known. */
function drawnFor(id: string): readonly number[] {
  let seed = [...id].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7);
  return Array.from({ length: 120 }, (_, bar) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    const swell = 0.35 + 0.65 * Math.abs(Math.sin(bar / 9) * Math.cos(bar / 23));
    return 20 + 235 * swell * (0.55 + (0.45 * seed) / 2 ** 32);
  });
}

/** A song that is being made: the pink lifts off its wave as the voice is really taken out. */
@Component({
  selector: 'ms-job-card',
  imports: [MatButton, Wave],
  template: `
    <h2>
      <bdi>{{ job().title }}</bdi>
    </h2>
    <p class="quiet">{{ shape() }}</p>
    @if (job().note === 'other-engine') {
      <p class="quiet">{{ t('jobs.other-engine') }}</p>
    }
    <ms-wave [peaks]="peaks()" [lifted]="job().progress / 100" />
    <div
      class="unseen"
      role="progressbar"
      aria-valuemin="0"
      aria-valuemax="100"
      [attr.aria-label]="job().title"
      [attr.aria-valuenow]="job().progress"
    ></div>
    <footer>
      <p class="figures">
        @if (job().status === 'processing') {
          <strong>{{ job().progress }} %</strong>
        }
        <span class="quiet">{{ standing() }}</span>
      </p>
      <button matButton="tonal" type="button" (click)="cancelled.emit()">{{ t('app.cancel') }}</button>
    </footer>
  `,
  styles: `
    :host {
      display: grid;
      gap: 4px;
      padding: 20px;
      border-radius: 24px;
      background: var(--surface);
      box-shadow: var(--shadow);
    }
    h2 {
      color: var(--text);
      font-size: 18px;
      font-weight: 650;
      line-height: 1.4;
    }
    ms-wave {
      margin-block: 16px;
    }
    .quiet {
      font-size: 14px;
      color: var(--quiet);
    }
    footer p {
      text-wrap: balance;
    }
    footer {
      display: flex;
      align-items: center;
      justify-content: space-between;
      gap: 12px;
    }
    strong {
      display: block;
      color: var(--music);
      font-weight: 650;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class JobCard {
  readonly job = input.required<Job>();
  readonly cancelled = output<void>();

  protected readonly t = inject(Words).t;
  protected readonly peaks = computed(() => drawnFor(this.job().song_id ?? this.job().id));
  protected readonly shape = computed(() => shapeInWords(this.job(), this.t));
  protected readonly standing = computed(() => standingInWords(this.job(), this.t));
}
