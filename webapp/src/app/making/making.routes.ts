import type { Routes } from '@angular/router';

import { libraryProviders } from '@app/library/library.providers';

import { jobProviders } from './jobs.providers';
import { MakingScreen } from './making-screen';

export const routes: Routes = [
  { path: '', component: MakingScreen, providers: [...libraryProviders, ...jobProviders] },
];
