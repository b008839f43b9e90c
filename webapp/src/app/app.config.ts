import { provideHttpClient, withFetch, withInterceptors, withXsrfConfiguration } from '@angular/common/http';
import {
  type ApplicationConfig,
  inject,
  isDevMode,
  provideAppInitializer,
  provideBrowserGlobalErrorListeners,
  provideZonelessChangeDetection,
} from '@angular/core';
import { ɵSharedStylesHost as SharedStylesHost } from '@angular/platform-browser';
import {
  provideRouter,
  TitleStrategy,
  withComponentInputBinding,
  withDisabledInitialNavigation,
  withInMemoryScrolling,
} from '@angular/router';
import { provideServiceWorker } from '@angular/service-worker';
import { provideEffects } from '@ngrx/effects';
import { provideState, provideStore } from '@ngrx/store';
import { NEVER } from 'rxjs';

import { retryingQuestions, tellingProblems } from './api/interceptors';
import { routes } from './app.routes';
import { remembering } from './offline/remembering';
import { bearing } from './session/bearing';
import { Session } from './session/session';
import { PageTitle } from './shell/page-title';
import { registerWorker, WORKER } from './shell/registering';
import { songs } from './songs/songs.state';
import { isFramed } from './telegram/bridge';
import { MiniApp } from './telegram/mini-app';
import { AdoptedStyles } from './ui/adopted-styles';
import { Words } from './words/words';

/** Inside another site's page it could keep nothing. */
const hasWorker = 'serviceWorker' in navigator && !isDevMode() && !isFramed();

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideZonelessChangeDetection(),
    { provide: SharedStylesHost, useClass: AdoptedStyles },
    provideRouter(
      routes,
      withComponentInputBinding(),
      withDisabledInitialNavigation(), // main.ts does it, in a turn of its own
      withInMemoryScrolling({ scrollPositionRestoration: 'enabled', anchorScrolling: 'enabled' }),
    ),
    { provide: TitleStrategy, useClass: PageTitle },
    provideHttpClient(
      withFetch(),
      withInterceptors([tellingProblems, remembering, bearing, retryingQuestions]),
      withXsrfConfiguration({ cookieName: 'XSRF-TOKEN', headerName: 'X-XSRF-TOKEN' }),
    ),
    provideStore(),
    provideState(songs),
    provideEffects(),
    provideServiceWorker(WORKER, { enabled: hasWorker, registrationStrategy: () => NEVER }),
    provideAppInitializer(() => {
      if (hasWorker) registerWorker(); // in Angular's place
    }),
    provideAppInitializer(() => {
      inject(MiniApp).start();
      void inject(Session).start(); // the first screen waits for nobody
    }),
    provideAppInitializer(() => inject(Words).start()),
  ],
};
