import { ChangeDetectionStrategy, Component, inject } from '@angular/core';

import { InstallCard } from '@app/install/install-card';
import { canKeep } from '@app/offline/keeping';
import { Profile } from '@app/session/profile';
import { Session } from '@app/session/session';
import { Notices } from '@app/shell/notices';
import { CHOICES, Theme } from '@app/theme/theme';
import { Choice } from '@app/ui/choice';
import type { Key } from '@app/words/catalogue';
import { type Language, LANGUAGES, ownNameOf } from '@app/words/languages';
import { Words } from '@app/words/words';

import { AccountCard } from './account-card';
import { Making } from './making';
import { Notifications } from './notifications';
import { StorageCard } from './storage-card';

const THEMES = {
  system: 'settings.system',
  light: 'settings.light',
  dark: 'settings.dark',
} as const satisfies Record<(typeof CHOICES)[number], Key>;

/** Who is signed in and how their songs are made; and what this device remembers: language and light. */
@Component({
  selector: 'ms-settings-screen',
  imports: [AccountCard, Choice, InstallCard, Making, Notifications, StorageCard],
  template: `
    <h1>{{ t('settings.place') }}</h1>
    <ms-account-card />
    <ms-install-card isAlwaysOffered />
    @if (session.user(); as user) {
      <ms-making [user]="user" />
      <ms-notifications />
    }
    @if (session.personId() !== null && canKeep) {
      <ms-storage-card />
    }
    @if (!light.isWorn()) {
      <section>
        <fieldset>
          <legend>{{ t('settings.theme') }}</legend>
          @for (theme of themes; track theme) {
            <ms-choice
              group="theme"
              [label]="t(names[theme])"
              [chosen]="light.choice() === theme"
              (choose)="light.choose(theme)"
            />
          }
        </fieldset>
      </section>
    }
    <section>
      <fieldset>
        <legend>{{ t('settings.language') }}</legend>
        @for (language of languages; track language.code) {
          <ms-choice
            group="language"
            [label]="language.name"
            [lang]="language.code"
            [chosen]="words.language() === language.code"
            (choose)="speak(language.code)"
          />
        }
      </fieldset>
    </section>
  `,
  styleUrl: './settings-screen.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SettingsScreen {
  protected readonly words = inject(Words);
  protected readonly light = inject(Theme);
  protected readonly session = inject(Session);
  readonly #profile = inject(Profile);
  readonly #notices = inject(Notices);
  protected readonly t = this.words.t;

  protected readonly canKeep = canKeep();
  protected readonly themes = CHOICES;
  protected readonly names = THEMES;
  protected readonly languages = LANGUAGES.map((code) => ({ code, name: ownNameOf(code) }));

  protected speak(language: Language): void {
    this.words.choose(language).then(
      () => void this.#profile.prefer({ language }),
      () => void this.#notices.say(this.t('settings.language-failed')),
    );
  }
}
