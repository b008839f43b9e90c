import { inject, Injectable } from '@angular/core';
import { Router } from '@angular/router';

import { Session } from './session';

/** For what only somebody signed in can do: leads to the sign-in, and from there back to where it was asked. */
@Injectable({ providedIn: 'root' })
export class SignInFirst {
  readonly #session = inject(Session);
  readonly #router = inject(Router);

  /** Whether somebody is signed in; else the sign-in is on the screen. */
  async ask(): Promise<boolean> {
    if (this.#session.personId() !== null) return true; // at once: a tap that plays must not wait
    await this.#session.start();
    if (this.#session.personId() !== null) return true;
    void this.#router.navigate(['/sign-in'], { queryParams: { then: this.#router.url } });
    return false;
  }
}
