import { ChangeDetectionStrategy, Component, inject, output } from '@angular/core';
import { MatButton } from '@angular/material/button';

import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

import { RecentSearches } from './recent';

/** What was looked for before; nothing where nothing was. */
@Component({
  selector: 'ms-recent-list',
  imports: [Icon, MatButton],
  template: `
    @if (recent.all().length) {
      <section aria-labelledby="recent">
        <div class="head">
          <h2 id="recent">{{ t('search.recent') }}</h2>
          <button matButton type="button" (click)="recent.forget()">{{ t('search.forget') }}</button>
        </div>
        <ul>
          @for (query of recent.all(); track query) {
            <li>
              <button type="button" class="query" (click)="chosen.emit(query)">
                <ms-icon name="clock" /><span dir="auto">{{ query }}</span>
              </button>
            </li>
          }
        </ul>
      </section>
    }
  `,
  styleUrl: './recent-list.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class RecentList {
  readonly chosen = output<string>();

  protected readonly recent = inject(RecentSearches);
  protected readonly t = inject(Words).t;
}
