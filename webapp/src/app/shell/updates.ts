import { inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { SwUpdate } from '@angular/service-worker';
import { filter } from 'rxjs';

import { Words } from '@app/words/words';

import { Notices } from './notices';

/** From now on, offer each new version of the player once the service worker has fetched it. */
export function offerUpdates(): void {
  const { t } = inject(Words);
  const notices = inject(Notices);
  const updates = inject(SwUpdate);
  const reload = () => {
    location.reload();
  };
  updates.versionUpdates
    .pipe(
      filter((event) => event.type === 'VERSION_READY'),
      takeUntilDestroyed(),
    )
    .subscribe(() => void notices.offer(t('app.update'), t('app.update-now'), reload));
  // A part of this version is gone from the server and from the cache: only a reload helps.
  updates.unrecoverable.pipe(takeUntilDestroyed()).subscribe(reload);
}
