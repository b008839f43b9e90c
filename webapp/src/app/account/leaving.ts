import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router } from '@angular/router';
import { firstValueFrom } from 'rxjs';

import { Api } from '@app/api/api';
import { problemOf } from '@app/api/problem';
import { Session } from '@app/session/session';
import { Notices } from '@app/shell/notices';
import { sentenceFor } from '@app/sign-in/troubles';
import { Confirm } from '@app/ui/confirm';
import type { Key } from '@app/words/catalogue';
import { Words } from '@app/words/words';

const FILE_NAME = 'melody-studio.zip';
const EXPORT_PATIENCE_MS = 300_000;

/** Out of this browser, out of all, with all one's things, or for good: that is asked twice. */
@Component({
  selector: 'ms-leaving',
  imports: [Confirm, MatButton],
  template: `
    <section class="card" [attr.aria-label]="t('account.sign-out')">
      <div class="actions">
        <button matButton="tonal" type="button" [disabled]="isBusy()" (click)="signOut()">
          {{ t('account.sign-out') }}
        </button>
        <button matButton type="button" [disabled]="isBusy()" (click)="signOut(true)">
          {{ t('account.everywhere') }}
        </button>
      </div>
    </section>
    <section class="card" [attr.aria-label]="t('account.export')">
      <p class="quiet">{{ t('account.export-hint') }}</p>
      <div class="actions">
        <button matButton="tonal" type="button" [disabled]="isBusy()" (click)="download()">
          {{ t('account.export') }}
        </button>
        <button matButton class="grave" type="button" [disabled]="isBusy()" (click)="first.ask()">
          {{ t('account.delete') }}
        </button>
      </div>
    </section>
    <ms-confirm
      #first
      isGrave
      [question]="t('account.delete')"
      [hint]="t('account.delete-first')"
      [yes]="t('account.delete-once')"
      [no]="t('account.delete-not')"
      (agreed)="first.close(); second.ask()"
    />
    <ms-confirm
      #second
      isGrave
      [question]="t('account.delete-second')"
      [yes]="t('account.delete-sure')"
      [no]="t('account.delete-not')"
      (agreed)="second.close(); remove()"
    />
  `,
  styleUrl: './card.scss',
  styles: ':host { display: grid; gap: 24px; }',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Leaving {
  readonly #api = inject(Api);
  readonly #router = inject(Router);
  readonly #session = inject(Session);
  readonly #notices = inject(Notices);
  readonly #words = inject(Words);
  protected readonly t = this.#words.t;
  protected readonly isBusy = signal(false);

  protected async signOut(everywhere = false): Promise<void> {
    await this.#try(async () => {
      await this.#session.signOut({ everywhere });
      await this.#goHome('account.signed-out');
    });
  }

  protected async remove(): Promise<void> {
    await this.#try(async () => {
      await firstValueFrom(this.#api.delete('/api/v1/users/me', {}));
      this.#session.forget();
      await this.#goHome('account.delete-begun');
    });
  }

  protected async download(): Promise<void> {
    await this.#try(async () => {
      const archive = await firstValueFrom(
        this.#api.file('/api/v1/users/me/export', { patience: EXPORT_PATIENCE_MS }),
      );
      const address = URL.createObjectURL(archive);
      const link = Object.assign(document.createElement('a'), { href: address, download: FILE_NAME });
      link.click();
      setTimeout(() => URL.revokeObjectURL(address), EXPORT_PATIENCE_MS); // the browser may still be writing
    });
  }

  async #goHome(farewell: Key): Promise<void> {
    await this.#router.navigateByUrl('/');
    void this.#notices.say(this.t(farewell));
  }

  async #try(act: () => Promise<void>): Promise<void> {
    this.isBusy.set(true);
    try {
      await act();
    } catch (error) {
      void this.#notices.say(sentenceFor(problemOf(error), this.#words));
    } finally {
      this.isBusy.set(false);
    }
  }
}
