import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';

import { Pushes } from '@app/push/pushes';
import { Notices } from '@app/shell/notices';
import { Words } from '@app/words/words';

/** Whether this browser says when a song is ready. It is asked for on a tap, never by itself. */
@Component({
  selector: 'ms-notifications',
  template: `
    @if (pushes.standing() !== 'not here') {
      <section aria-labelledby="notifications">
        <h2 id="notifications">{{ t('push.place') }}</h2>
        <p id="notifications-hint">{{ t('push.hint') }}</p>
        @switch (pushes.standing()) {
          @case ('denied') {
            <p class="denied">{{ t('push.denied') }}</p>
          }
          @case ('install first') {
            <p class="denied">{{ t('push.install-first') }}</p>
          }
          @default {
            <label>
              <span>{{ t('push.here') }}</span>
              <input
                type="checkbox"
                role="switch"
                aria-describedby="notifications-hint"
                [checked]="pushes.standing() === 'on'"
                [disabled]="isBusy()"
                (change)="turn(field)"
                #field
              />
            </label>
          }
        }
      </section>
    }
  `,
  styleUrl: './switches.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Notifications {
  readonly #notices = inject(Notices);
  protected readonly pushes = inject(Pushes);
  protected readonly t = inject(Words).t;
  protected readonly isBusy = signal(false);

  protected async turn(field: HTMLInputElement): Promise<void> {
    this.isBusy.set(true);
    try {
      await (field.checked ? this.pushes.turnOn() : this.pushes.turnOff());
    } catch {
      void this.#notices.say(this.t('push.failed'));
    } finally {
      field.checked = this.pushes.standing() === 'on'; // the browser has drawn the wish
      this.isBusy.set(false);
    }
  }
}
