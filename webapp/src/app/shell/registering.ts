import { nextTurn } from '@app/ui/turns';

export const WORKER = 'studio-worker.js';

/**
 * Registers our service worker at once. Angular would do it too, and complain whenever somebody has gone on before the
 * browser had answered: then this page is over, and the next one registers.
 */
export function registerWorker(): void {
  let isLeft = false;
  addEventListener('pagehide', () => (isLeft = true), { once: true });
  navigator.serviceWorker.register(WORKER).catch(async (error: unknown) => {
    await nextTurn(); // a page that is being left may hear of it a moment late
    if (!isLeft) console.error(error);
  });
}
