/** The browser's next turn: what it had to draw and to answer meanwhile is done. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Does it when the browser has nothing better to do, and soon in any case. Tells how to call it off. */
export function whenIdle(deed: () => void): () => void {
  if (typeof requestIdleCallback === 'function') {
    const waiting = requestIdleCallback(deed, { timeout: SOON_MS });
    return () => cancelIdleCallback(waiting);
  }
  const waiting = setTimeout(deed); // Safari
  return () => clearTimeout(waiting);
}

const SOON_MS = 200;
