import type { Routes } from '@angular/router';
import { provideEffects } from '@ngrx/effects';

import { libraryProviders } from '@app/library/library.providers';
import { jobProviders } from '@app/making/jobs.providers';

import * as effects from './song.effects';
import { SongScreen } from './song-screen';

export const routes: Routes = [
  {
    path: '',
    component: SongScreen,
    providers: [provideEffects(effects), ...libraryProviders, ...jobProviders],
  },
];
