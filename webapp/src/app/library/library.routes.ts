import type { Routes } from '@angular/router';

import { jobProviders } from '@app/making/jobs.providers';

import { libraryProviders } from './library.providers';
import { LibraryScreen } from './library-screen';

export const routes: Routes = [
  {
    path: '',
    providers: [...libraryProviders, ...jobProviders],
    children: [
      { path: '', component: LibraryScreen },
      {
        path: 'offline',
        title: 'offline.place',
        loadComponent: () => import('@app/offline/offline-screen').then((file) => file.OfflineScreen),
      },
      {
        path: 'playlists',
        title: 'library.playlists',
        loadComponent: () => import('./playlists-screen').then((file) => file.PlaylistsScreen),
      },
      {
        path: 'playlists/:id',
        title: 'library.playlists',
        loadComponent: () => import('./playlist-screen').then((file) => file.PlaylistScreen),
      },
    ],
  },
];
