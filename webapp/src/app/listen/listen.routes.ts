import type { Routes } from '@angular/router';

import { libraryProviders } from '@app/library/library.providers';
import { jobProviders } from '@app/making/jobs.providers';

import { PlayerScreen } from './player-screen';

export const routes: Routes = [
  { path: '', component: PlayerScreen, providers: [...libraryProviders, ...jobProviders] },
];
