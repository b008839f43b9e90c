import { createApplication } from '@angular/platform-browser';
import { Router } from '@angular/router';

import { App } from './app/app';
import { appConfig } from './app/app.config';
import { nextTurn } from './app/ui/turns';

/** Turn by turn, between which a slow phone can paint and be touched: what there is, the house, its first screen. */
async function start(): Promise<void> {
  const application = await createApplication(appConfig);
  await nextTurn();
  application.bootstrap(App);
  await nextTurn();
  application.injector.get(Router).initialNavigation();
}

start().catch((error: unknown) => console.error(error));
