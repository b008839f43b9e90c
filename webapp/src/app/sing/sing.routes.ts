import type { Routes } from '@angular/router';
import { provideEffects } from '@ngrx/effects';

import { libraryProviders } from '@app/library/library.providers';
import { jobProviders } from '@app/making/jobs.providers';
import { fetching } from '@app/song/song.effects';

import { SingScreen } from './sing-screen';

export const routes: Routes = [
  {
    path: '',
    component: SingScreen,
    providers: [provideEffects({ fetching }), ...libraryProviders, ...jobProviders],
  },
];
