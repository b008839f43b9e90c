import { inject } from '@angular/core';
import { Router, type Routes } from '@angular/router';

import { signedIn } from './session/signed-in';
import { placeFor, type SharedWords } from './upload/shared-words';

/** Titles are keys of the catalogues; `PageTitle` says them in the person's language. */
export const routes: Routes = [
  {
    path: '',
    pathMatch: 'full',
    title: 'search.title',
    loadChildren: () => import('./search/search.routes').then((file) => file.routes),
  },
  {
    path: 'song/:id',
    title: 'song.untitled',
    loadChildren: () => import('./song/song.routes').then((file) => file.routes),
  },
  {
    path: 'player',
    title: 'listen.playing',
    canActivate: [signedIn],
    loadChildren: () => import('./listen/listen.routes').then((file) => file.routes),
  },
  {
    path: 'sing/:id',
    title: 'sing.sing',
    canActivate: [signedIn],
    loadChildren: () => import('./sing/sing.routes').then((file) => file.routes),
  },
  {
    path: 'library',
    title: 'library.place',
    canActivate: [signedIn],
    loadChildren: () => import('./library/library.routes').then((file) => file.routes),
  },
  {
    path: 'making',
    title: 'jobs.place',
    canActivate: [signedIn],
    loadChildren: () => import('./making/making.routes').then((file) => file.routes),
  },
  {
    path: 'upload',
    title: 'upload.place',
    canActivate: [signedIn],
    loadChildren: () => import('./upload/upload.routes').then((file) => file.routes),
  },
  {
    path: 'share', // words and links of other apps; files come through the service worker
    pathMatch: 'full',
    redirectTo: ({ queryParams }) =>
      inject(Router).parseUrl(placeFor(queryParams as SharedWords, location.origin)),
  },
  {
    path: 'settings',
    title: 'settings.place',
    loadComponent: () => import('./settings/settings-screen').then((file) => file.SettingsScreen),
  },
  {
    path: 'sign-in',
    title: 'sign-in.title',
    loadComponent: () => import('./sign-in/sign-in-screen').then((file) => file.SignInScreen),
  },
  {
    path: 'link',
    title: 'sign-in.title',
    loadComponent: () => import('./link/link-screen').then((file) => file.LinkScreen),
  },
  {
    path: 'account',
    title: 'account.place',
    canActivate: [signedIn],
    loadComponent: () => import('./account/account-screen').then((file) => file.AccountScreen),
  },
  {
    path: '**',
    title: 'trouble.lost',
    loadComponent: () => import('./trouble/lost-screen').then((file) => file.LostScreen),
  },
];
