import { provideEffects } from '@ngrx/effects';
import { provideState } from '@ngrx/store';

import * as effects from './library.effects';
import { library } from './library.state';

/** For every route that shows whether a song is saved. Given several times, it is there once. */
export const libraryProviders = [provideState(library), provideEffects(effects)];
