import { inject, Injectable, Injector } from '@angular/core';
import type { MatSnackBar } from '@angular/material/snack-bar';

const MILLISECONDS = 5_000;

/** What may be done about it while it is shown. */
interface Action {
  readonly name: string;
  act(): void;
}

/** One short line at the bottom, for a moment. The bar is fetched when there is first something to say. */
@Injectable({ providedIn: 'root' })
export class Notices {
  readonly #injector = inject(Injector);

  async say(text: string, action?: Action): Promise<void> {
    const shown = (await this.#bar()).open(text, action?.name, { duration: MILLISECONDS });
    if (action) shown.onAction().subscribe(() => action.act());
  }

  /** Stays until it is done or waved away. */
  async offer(text: string, action: string, act: () => void): Promise<void> {
    (await this.#bar()).open(text, action).onAction().subscribe(act);
  }

  async #bar(): Promise<MatSnackBar> {
    const { MatSnackBar } = await import('@angular/material/snack-bar');
    return this.#injector.get(MatSnackBar);
  }
}
