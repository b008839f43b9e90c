import type { Routes } from '@angular/router';

import { libraryProviders } from '@app/library/library.providers';
import { jobProviders } from '@app/making/jobs.providers';

import { SingScreen } from './sing-screen';

export const routes: Routes = [
  {
    path: '',
    component: SingScreen,
    providers: [...libraryProviders, ...jobProviders],
  },
];
