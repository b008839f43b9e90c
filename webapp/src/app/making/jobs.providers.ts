import { provideEffects } from '@ngrx/effects';
import { provideState } from '@ngrx/store';

import * as effects from './jobs.effects';
import { jobs } from './jobs.state';

/** For every route that starts or shows conversions. Given several times, they are there once. */
export const jobProviders = [provideState(jobs), provideEffects(effects)];
