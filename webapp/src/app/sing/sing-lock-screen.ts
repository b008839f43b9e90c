import { DestroyRef, effect, inject, Injectable, Injector } from '@angular/core';
import { Store } from '@ngrx/store';

import { LockScreen, shown } from '@app/listen/lock-screen';
import { OnStage } from '@app/listen/on-stage';
import { songs } from '@app/songs/songs.state';

import { Preparing } from './preparing';
import { Singer } from './singer';

const STEP_SECONDS = 10;
const ACTIONS = ['play', 'pause', 'stop', 'seekforward', 'seekbackward', 'seekto'] as const;
const LISTENERS = ['nexttrack', 'previoustrack'] as const;

/** While somebody sings, the controls on lock screens and headsets are those of the song that is sung. */
@Injectable()
export class SingLockScreen {
  readonly #singer = inject(Singer);
  readonly #preparing = inject(Preparing);
  readonly #known = inject(Store).selectSignal(songs.selectEntities);

  constructor() {
    if (!('mediaSession' in navigator)) return;
    const { mediaSession } = navigator;
    const [injector, onStage] = [inject(Injector), inject(OnStage)];
    effect(() => {
      const playback = this.#preparing.singable()?.playback;
      if (!playback || !this.#singer.isPlaying()) return;
      const { song_id: id, title, artist } = playback;
      const thumbnail_url = this.#known()[id]?.thumbnail_url ?? null;
      mediaSession.metadata = new MediaMetadata(shown({ id, title, artist, thumbnail_url }));
      this.#take(mediaSession);
    });
    effect(() => {
      mediaSession.playbackState = this.#singer.isPlaying() ? 'playing' : 'paused';
    });
    effect(() => {
      const [duration, position] = [this.#singer.duration(), this.#singer.position()];
      const playbackRate = this.#singer.chosen().tempo;
      if (duration > 0)
        mediaSession.setPositionState({ duration, position: Math.min(position, duration), playbackRate });
    });
    inject(DestroyRef).onDestroy(() => {
      mediaSession.metadata = null;
      mediaSession.playbackState = 'none';
      for (const action of ACTIONS) handle(mediaSession, action, null);
      if (onStage.isSet()) injector.get(LockScreen).take();
    });
  }

  #take(session: MediaSession): void {
    const by = (seconds: number) => this.#singer.seek(this.#singer.position() + seconds);
    const handlers: Readonly<Record<(typeof ACTIONS)[number], MediaSessionActionHandler>> = {
      play: () => void this.#singer.play(),
      pause: () => this.#singer.pause(),
      stop: () => this.#singer.pause(),
      seekforward: ({ seekOffset }) => by(seekOffset ?? STEP_SECONDS),
      seekbackward: ({ seekOffset }) => by(-(seekOffset ?? STEP_SECONDS)),
      seekto: ({ seekTime }) => this.#singer.seek(seekTime ?? 0),
    };
    for (const action of ACTIONS) handle(session, action, handlers[action]);
    for (const action of LISTENERS) handle(session, action, null);
  }
}

function handle(
  session: MediaSession,
  action: MediaSessionAction,
  handler: MediaSessionActionHandler | null,
): void {
  try {
    session.setActionHandler(action, handler);
  } catch {
    // a browser that does not know this action has no button for it
  }
}
