import { DOCUMENT, inject, Injectable, Injector } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { Api } from '@app/api/api';
import { problemOf } from '@app/api/problem';
import { Session } from '@app/session/session';
import { Notices } from '@app/shell/notices';
import { Theme } from '@app/theme/theme';
import { Words } from '@app/words/words';

import { isFramed, listen, tell } from './bridge';
import { dress } from './colours';
import { type Colours, coloursIn, launchIn, type Launch } from './launch';

/** The player inside Telegram: signed in at once as whoever opened it, in Telegram's colours. */
@Injectable({ providedIn: 'root' })
export class MiniApp {
  readonly #document = inject(DOCUMENT);
  readonly #injector = inject(Injector);
  readonly #session = inject(Session);

  /** Does nothing outside of Telegram. To be called before the router reads the address. */
  start(): void {
    const { location, history } = window;
    const launch = launchIn(location.hash);
    if (!launch) return;
    history.replaceState(history.state, '', location.pathname + location.search); // it says who one is: not to be shared
    this.#wear(launch.colours);
    listen((event, data) => {
      if (event === 'theme_changed') this.#wear(coloursIn((data as { theme_params?: unknown }).theme_params));
    });
    tell('web_app_ready');
    tell('web_app_expand');
    this.#session.begin(() => this.#signIn(launch));
  }

  #wear(colours: Colours): void {
    const scheme = dress(this.#document.documentElement, colours);
    if (scheme) this.#injector.get(Theme).wear(scheme);
  }

  /** A frame inside Telegram's page has no cookies of ours, so there the refresh token is kept by the page. */
  async #signIn({ initData }: Launch): Promise<void> {
    try {
      const asked = { body: { init_data: initData }, query: isFramed() ? { client: 'native' as const } : {} };
      this.#session.welcome(
        await firstValueFrom(this.#injector.get(Api).post('/api/v1/auth/telegram', asked)),
      );
    } catch (error) {
      const isRefused = problemOf(error).code === 'mini-app';
      if (isRefused) {
        void this.#injector.get(Notices).say(this.#injector.get(Words).t('sign-in.mini-app'));
      }
      throw error;
    }
  }
}
