import { inject } from '@angular/core';
import { type CanActivateFn, Router } from '@angular/router';

import { Session } from './session';

/** For screens of somebody's own. Without a network they show what this device keeps of whoever was here last. */
export const signedIn: CanActivateFn = async (_route, { url }) => {
  const session = inject(Session);
  const router = inject(Router);
  await session.start();
  return session.personId() !== null || router.createUrlTree(['/sign-in'], { queryParams: { then: url } });
};
