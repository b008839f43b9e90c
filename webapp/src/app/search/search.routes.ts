import type { Routes } from '@angular/router';
import { provideEffects } from '@ngrx/effects';
import { provideState } from '@ngrx/store';

import { libraryProviders } from '@app/library/library.providers';

import * as effects from './search.effects';
import { SearchScreen } from './search-screen';
import { search } from './search.state';

export const routes: Routes = [
  {
    path: '',
    component: SearchScreen,
    providers: [provideState(search), provideEffects(effects), ...libraryProviders],
  },
];
