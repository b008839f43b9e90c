/// <reference lib="webworker" />
import { keeperOf } from '../app/offline/kept-files';
import { SYNC } from '../app/outbox/running';
import { sendErrands } from './errands';
import { keptAudio } from './kept-audio';
import { subscribeAnew } from './push';
import { Settling } from './settling';
import { SHARE, takeIn } from './sharing';

declare const self: ServiceWorkerGlobalScope;

/** Not in TypeScript's library: browsers without Background Sync have none of it. */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

/*
 * What Angular's worker can't do: parts of kept songs, what other apps hand over, errands. It is asked first, and
 * what it answers Angular's worker does not see. All else is Angular's: the player's own files, covers, push.
 */
const settling = new Settling(self);

self.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== self.location.origin) return;
  const keeper = event.request.method === 'GET' ? keeperOf(pathname) : null;
  if (keeper !== null) {
    event.stopImmediatePropagation();
    event.respondWith(keptAudio(keeper, event.request));
  } else if (pathname === SHARE && event.request.method === 'POST') {
    event.stopImmediatePropagation();
    event.respondWith(takeIn(event.request));
  } else if (pathname.startsWith('/files/')) {
    event.stopImmediatePropagation(); // the browser asks for parts of a file better than any worker does
  } else if (settling.isOn && event.request.mode !== 'navigate') {
    event.stopImmediatePropagation();
  }
});

self.addEventListener('sync', (event) => {
  const { tag, waitUntil } = event as SyncEvent;
  if (tag !== SYNC) return;
  waitUntil.call(event, self.clients.matchAll({ type: 'window' }).then(sendErrands));
});

self.addEventListener('pushsubscriptionchange', (event) => {
  (event as ExtendableEvent).waitUntil(subscribeAnew(self.registration.pushManager, event));
});

importScripts('./ngsw-worker.js');
