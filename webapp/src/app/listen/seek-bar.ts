import { ChangeDetectionStrategy, Component, computed, inject, input, output, signal } from '@angular/core';

import { lengthOf } from '@app/songs/length';
import { Words } from '@app/words/words';

import type { Version } from './versions';
import { Wave } from './wave';

/** Where in the song one is, and the way to anywhere else in it: a slider that looks like the song. */
@Component({
  selector: 'ms-seek-bar',
  imports: [Wave],
  template: `
    <div class="field">
      <ms-wave [peaks]="peaks()" [version]="version()" [progress]="progress()" />
      <input
        type="range"
        min="0"
        step="1"
        [max]="duration()"
        [value]="shown()"
        [attr.aria-label]="t('listen.seek')"
        [attr.aria-valuetext]="times()"
        (input)="held.set(+field.value)"
        (change)="drop(+field.value)"
        #field
      />
    </div>
    <p class="times figures" aria-hidden="true">
      <span>{{ length(shown()) }}</span
      ><span>{{ length(duration()) }}</span>
    </p>
  `,
  styles: `
    :host {
      display: block;
      direction: ltr;
    }
    .field {
      position: relative;
      border-radius: 16px;
    }
    .field:has(:focus-visible) {
      outline: 3px solid var(--action-text);
      outline-offset: 6px;
    }
    input {
      position: absolute;
      inset: 0;
      inline-size: 100%;
      block-size: 100%;
      margin: 0;
      opacity: 0;
      cursor: pointer;
    }
    .times {
      display: flex;
      justify-content: space-between;
      margin-block-start: 8px;
      font-size: 14px;
      color: var(--quiet);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SeekBar {
  /** As `Wave` takes them. */
  readonly peaks = input<readonly number[] | null>(null);
  readonly version = input<Version>('whole');
  /** Seconds. */
  readonly position = input.required<number>();
  readonly duration = input.required<number>();
  readonly sought = output<number>();

  protected readonly t = inject(Words).t;
  protected readonly length = lengthOf;

  /** Where the thumb is held, while it is. */
  protected readonly held = signal<number | null>(null);
  protected readonly shown = computed(() => Math.floor(this.held() ?? this.position()));
  protected readonly progress = computed(() => {
    const duration = this.duration();
    return duration ? Math.min(1, (this.held() ?? this.position()) / duration) : 0;
  });
  protected readonly times = computed(() => `${lengthOf(this.shown())} / ${lengthOf(this.duration())}`);

  protected drop(seconds: number): void {
    this.sought.emit(seconds);
    this.held.set(null);
  }
}
