import type { Routes } from '@angular/router';

import { libraryProviders } from '@app/library/library.providers';
import { jobProviders } from '@app/making/jobs.providers';

import { UploadScreen } from './upload-screen';

export const routes: Routes = [
  { path: '', component: UploadScreen, providers: [...libraryProviders, ...jobProviders] },
];
