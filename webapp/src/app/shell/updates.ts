import { inject, Injectable } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { SwUpdate } from '@angular/service-worker';
import { filter } from 'rxjs';

import { Words } from '@app/words/words';

import { Notices } from './notices';

/** Offers a new version of the player when the service worker has fetched one. */
@Injectable({ providedIn: 'root' })
export class Updates {
  constructor() {
    const { t } = inject(Words);
    const notices = inject(Notices);
    const updates = inject(SwUpdate);
    const reload = () => document.location.reload();
    updates.versionUpdates
      .pipe(
        filter((event) => event.type === 'VERSION_READY'),
        takeUntilDestroyed(),
      )
      .subscribe(() => void notices.offer(t('app.update'), t('app.update-now'), reload));
    // What this version lazily loads is gone from server and cache: only a reload helps.
    updates.unrecoverable.pipe(takeUntilDestroyed()).subscribe(reload);
  }
}
