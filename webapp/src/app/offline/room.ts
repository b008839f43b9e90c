import { Injectable, signal } from '@angular/core';

import { stored } from '@app/ui/stored';

/** Bytes that all kept songs may take together. */
export const ROOMS = [500_000_000, 1_000_000_000, 2_000_000_000, 5_000_000_000] as const;
const USUAL = ROOMS[1];

/** How much of this device the kept songs may take, and what the browser says of it. */
@Injectable({ providedIn: 'root' })
export class Room {
  readonly #stored = stored<number>('melody.room', USUAL, (value) => ROOMS.some((room) => room === value));
  readonly #most = signal(this.#stored.read());
  readonly #isSafe = signal<boolean | null>(null);
  readonly #estimate = signal<{ readonly used: number; readonly quota: number } | null>(null);

  readonly most = this.#most.asReadonly();
  /** Whether the browser has promised not to clear it by itself; null where it does not say. */
  readonly isSafe = this.#isSafe.asReadonly();
  /** Bytes of all that the player takes, its own files included, and of all it may. */
  readonly estimate = this.#estimate.asReadonly();

  choose(most: number): void {
    this.#most.set(most);
    this.#stored.write(most);
  }

  async look(): Promise<void> {
    const storage = navigator.storage as StorageManager | undefined;
    const { usage, quota } = (await storage?.estimate?.()) ?? {};
    if (usage !== undefined && quota) this.#estimate.set({ used: usage, quota });
    this.#isSafe.set((await storage?.persisted?.()) ?? null);
  }

  /** Asks the browser for that promise; some ask the person. */
  async ask(): Promise<void> {
    const storage = navigator.storage as StorageManager | undefined;
    if (this.#isSafe() !== true) this.#isSafe.set((await storage?.persist?.()) ?? null);
  }
}
