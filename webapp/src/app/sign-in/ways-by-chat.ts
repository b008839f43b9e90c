import { booleanAttribute, ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';

import { Studio } from '@app/api/studio';
import { Words } from '@app/words/words';

import { chatsOf } from './chats';

/** From a chat one comes in by a link that it gives: the only way where no code can be sent to phones. */
@Component({
  selector: 'ms-ways-by-chat',
  imports: [MatButton],
  template: `
    @if (chats().length) {
      <section>
        @if (isBeside()) {
          <p class="quiet">{{ t('sign-in.off-hint') }}</p>
        } @else {
          <h2>{{ t('sign-in.off') }}</h2>
          <p>{{ t('sign-in.off-hint') }}</p>
        }
        <div class="chats">
          @for (chat of chats(); track chat.name) {
            <a
              target="_blank"
              rel="noopener"
              [matButton]="isBeside() || !$first ? 'tonal' : 'filled'"
              [href]="chat.link"
              >{{ t('sign-in.open-chat', { chat: chat.name }) }}</a
            >
          }
        </div>
      </section>
    } @else if (!isBeside()) {
      <p>{{ t('sign-in.no-chats') }}</p>
    }
  `,
  styles: `
    section {
      display: grid;
      gap: 12px;
    }
    h2 {
      font-size: 20px;
      font-weight: 680;
      color: var(--text);
    }
    .quiet {
      padding-block-start: 20px;
      border-block-start: 1px solid var(--line);
      color: var(--quiet);
      font-size: 15px;
    }
    .chats {
      display: flex;
      flex-wrap: wrap;
      gap: 12px;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class WaysByChat {
  /** Another way is shown above. */
  readonly isBeside = input(false, { transform: booleanAttribute });

  readonly #studio = inject(Studio);
  protected readonly t = inject(Words).t;
  protected readonly chats = computed(() => chatsOf(this.#studio.info(), '/open'));
}
