import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';

import { Studio } from '@app/api/studio';
import { Words } from '@app/words/words';

import { CHATS, type CodeChannel } from './code-wish';

/** The ways that this studio can send a code by; nothing where there is but one. */
@Component({
  selector: 'ms-channel-choice',
  template: `
    @if (channels().length > 1) {
      <fieldset>
        <legend>{{ t('sign-in.where') }}</legend>
        <div class="ways">
          @for (channel of channels(); track channel) {
            <label>
              <input
                type="radio"
                name="channel"
                [checked]="channel === chosen()"
                (change)="choose.emit(channel)"
              />
              <span>{{ names[channel] ?? t('sign-in.sms') }}</span>
            </label>
          }
        </div>
      </fieldset>
      @if (chosen() !== 'sms') {
        <p role="status">{{ t('sign-in.chat-hint') }}</p>
      }
    }
  `,
  styleUrl: './channel-choice.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ChannelChoice {
  readonly chosen = input.required<CodeChannel>();
  readonly choose = output<CodeChannel>();

  readonly #studio = inject(Studio);
  protected readonly t = inject(Words).t;
  protected readonly names = CHATS;
  protected readonly channels = computed(() => (this.#studio.info()?.code_channels ?? []) as CodeChannel[]);
}
