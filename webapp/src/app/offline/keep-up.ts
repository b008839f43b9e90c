import { effect, inject, Injector } from '@angular/core';

import { KeptSongs } from './kept-songs';

/** From now on: where songs are kept, they are looked after. What does so is fetched only then. */
export function keepUp(): void {
  const songs = inject(KeptSongs);
  const injector = inject(Injector);
  const watching = effect(() => {
    if (!songs.all().length) return;
    watching.destroy();
    void import('./keeping').then(({ Keeping }) => injector.get(Keeping));
  });
}
