import { booleanAttribute, ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { MatButton } from '@angular/material/button';

import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

import { Install } from './install';

/** A quiet word that the player can live on the home screen. */
@Component({
  selector: 'ms-install-card',
  imports: [Icon, MatButton],
  template: `
    @if (isShown()) {
      <section [attr.aria-label]="t('install.title')">
        <ms-icon name="device" />
        <div>
          <strong>{{ t('install.title') }}</strong>
          <p>{{ t(install.way() === 'by hand' ? 'install.by-hand' : 'install.hint') }}</p>
          <div class="answers">
            @if (install.way() === 'by question') {
              <button matButton="filled" type="button" (click)="install.ask()">{{ t('install.do') }}</button>
            }
            @if (!isAlwaysOffered()) {
              <button matButton type="button" (click)="install.wave()">{{ t('install.not-now') }}</button>
            }
          </div>
        </div>
      </section>
    }
  `,
  styles: `
    :host {
      display: block;
    }
    section {
      display: flex;
      gap: 16px;
      padding: 20px;
      border: 1px solid var(--line);
      border-radius: 24px;
      background: var(--surface);
    }
    ms-icon {
      color: var(--music);
    }
    strong {
      font-weight: 640;
    }
    p {
      color: var(--quiet);
    }
    .answers {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      margin-block-start: 12px;
    }
    .answers:empty {
      display: none;
    }
    @media (width >= 840px) {
      :host {
        grid-column: 1 / -1;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class InstallCard {
  /** Also on a first visit, and to whoever waved it away: where one looks for it. */
  readonly isAlwaysOffered = input(false, { transform: booleanAttribute });

  protected readonly install = inject(Install);
  protected readonly t = inject(Words).t;
  protected readonly isShown = computed(() =>
    this.isAlwaysOffered() ? this.install.way() !== null : this.install.isOffered(),
  );
}
