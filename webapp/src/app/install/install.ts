import { computed, Injectable, signal } from '@angular/core';

import { stored } from '@app/ui/stored';

/** Chromium's event; not in TypeScript's library, as it is in no standard. */
interface InstallOffer extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

/** How the player can get onto the home screen here: by the browser's own question, by hand on iOS, or it is there. */
type Way = 'by question' | 'by hand' | null;

/** The browser's offer to install the player is kept until somebody wants it; it is not shown by itself. */
@Injectable({ providedIn: 'root' })
export class Install {
  readonly #waved = stored('melody.install', '', (value) => value === 'no');
  readonly #opened = stored('melody.opened', '', (value) => value === 'yes');
  readonly #isFirstVisit = this.#opened.read() === '';
  readonly #offer = signal<InstallOffer | null>(null);
  readonly #isWaved = signal(this.#waved.read() === 'no');
  readonly #isThere = signal(isStandalone());

  readonly way = computed<Way>(() => {
    if (this.#isThere()) return null;
    return this.#offer() ? 'by question' : isIos() ? 'by hand' : null;
  });
  /** Where nobody looks for it: not on a first visit, and not once it was waved away. */
  readonly isOffered = computed(() => this.way() !== null && !this.#isFirstVisit && !this.#isWaved());

  constructor() {
    this.#opened.write('yes');
    addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.#offer.set(event as InstallOffer);
    });
    addEventListener('appinstalled', () => this.#isThere.set(true));
  }

  async ask(): Promise<void> {
    const offer = this.#offer();
    this.#offer.set(null); // it can be asked once
    await offer?.prompt();
  }

  wave(): void {
    this.#waved.write('no');
    this.#isWaved.set(true);
  }
}

function isStandalone(): boolean {
  const onIos = (navigator as { standalone?: boolean }).standalone === true;
  return onIos || globalThis.matchMedia?.('(display-mode: standalone)').matches === true;
}

/** iPads say that they are Macs, which have no touch screens. */
export function isIos(): boolean {
  const { userAgent, maxTouchPoints } = navigator;
  return /iPhone|iPad|iPod/.test(userAgent) || (userAgent.includes('Macintosh') && maxTouchPoints > 1);
}
