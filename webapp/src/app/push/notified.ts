import { inject, Injector } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { Router } from '@angular/router';
import { SwPush } from '@angular/service-worker';

import { pushed } from './pushed';

interface Clicked {
  readonly data?: { readonly onActionClick?: { readonly default?: { readonly url?: string } } };
}

/**
 * From now on: a tap on a notification leads to its song in the page that is open, where the music plays on. And where
 * somebody is told in this browser, that is kept up; what does so is fetched only then.
 */
export function followNotifications(): void {
  const router = inject(Router);
  const injector = inject(Injector);
  const push = inject(SwPush);
  push.notificationClicks.pipe(takeUntilDestroyed()).subscribe(({ notification }) => {
    const { url } = (notification as Clicked).data?.onActionClick?.default ?? {};
    if (url?.startsWith('/')) void router.navigateByUrl(url);
  });
  if (pushed.read().person) void import('./pushes').then(({ Pushes }) => injector.get(Pushes));
}
