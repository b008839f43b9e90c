import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

import { Sleep, type SleepAfter, SLEEPS } from './sleep';
import { SPEEDS, Tone } from './tone';

/** How fast, how loud, and for how long. */
@Component({
  selector: 'ms-tone-controls',
  imports: [Icon],
  template: `
    <label>
      <ms-icon name="speed" /><span class="unseen">{{ t('listen.speed') }}</span>
      <select class="figures" (change)="tone.setSpeed(+speed.value)" #speed>
        @for (one of speeds; track one) {
          <option [value]="one" [selected]="one === tone.speed()">{{ one }}×</option>
        }
      </select>
    </label>
    <label [class.on]="sleep.after() !== null">
      <ms-icon name="moon" /><span class="unseen">{{ t('listen.sleep') }}</span>
      <select (change)="sleep.set(parsed(after.value))" #after>
        <option value="" [selected]="sleep.after() === null">{{ t('listen.sleep') }}</option>
        <option value="song" [selected]="sleep.after() === 'song'">{{ t('listen.sleep-song') }}</option>
        @for (one of sleeps; track one) {
          <option [value]="one" [selected]="sleep.after() === one">
            {{ t('listen.minutes', { count: one }) }}
          </option>
        }
      </select>
    </label>
    @if (tone.hasVolume) {
      <label class="volume">
        <ms-icon name="volume" /><span class="unseen">{{ t('listen.volume') }}</span>
        <input
          type="range"
          min="0"
          max="1"
          step="0.05"
          [value]="tone.volume()"
          (input)="tone.setVolume(+volume.value)"
          #volume
        />
      </label>
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: center;
      gap: 8px;
    }
    label {
      position: relative;
      display: inline-flex;
      align-items: center;
      gap: 6px;
      min-block-size: 44px;
      padding-inline: 14px 10px;
      overflow: hidden; // the field inside has corners
      border-radius: 22px;
      background: var(--surface);
      color: var(--quiet);
    }
    label:has(:focus-visible) {
      outline: 3px solid var(--action-text);
      outline-offset: 2px;
    }
    .on {
      color: var(--action-text);
    }
    ms-icon {
      inline-size: 20px;
      block-size: 20px;
    }
    select {
      block-size: 44px;
      max-inline-size: 160px;
      border: 0;
      outline: none;
      background: var(--surface);
      color: inherit;
      font: 560 15px/1.3 var(--font);
      cursor: pointer;
    }
    .volume {
      flex: 0 1 180px;
    }
    input {
      inline-size: 100%;
      min-inline-size: 64px;
      block-size: 44px;
      margin: 0;
      outline: none;
      accent-color: var(--action-text);
      cursor: pointer;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ToneControls {
  protected readonly tone = inject(Tone);
  protected readonly sleep = inject(Sleep);
  protected readonly t = inject(Words).t;
  protected readonly speeds = SPEEDS;
  protected readonly sleeps = SLEEPS;

  protected parsed(value: string): SleepAfter {
    return value === 'song' ? value : (SLEEPS.find((one) => String(one) === value) ?? null);
  }
}
