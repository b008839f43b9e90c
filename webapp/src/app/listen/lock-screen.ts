import { effect, inject, Injectable, untracked } from '@angular/core';

import { Player } from './player';
import type { Track } from './queue';

const STEP_SECONDS = 10;

/** The controls on lock screens, headsets and keyboards (Media Session), where the device has them. */
@Injectable({ providedIn: 'root' })
export class LockScreen {
  readonly #player = inject(Player);

  constructor() {
    if (!('mediaSession' in navigator)) return;
    const { mediaSession } = navigator;
    effect(() => {
      const track = this.#player.track();
      untracked(() => this.take(track));
    });
    effect(() => {
      mediaSession.playbackState = this.#player.isPlaying()
        ? 'playing'
        : this.#player.isOn()
          ? 'paused'
          : 'none';
    });
    effect(() => {
      const [duration, position] = [this.#player.duration(), this.#player.position()];
      if (duration > 0) mediaSession.setPositionState({ duration, position: Math.min(position, duration) });
    });
  }

  /** They are the player's: from its start, and again when something else gives them back. */
  take(track = this.#player.track()): void {
    this.#listen(navigator.mediaSession);
    navigator.mediaSession.metadata = track && new MediaMetadata(shown(track));
  }

  #listen(session: MediaSession): void {
    const by = (seconds: number) => this.#player.seek(this.#player.position() + seconds);
    const actions: Readonly<Partial<Record<MediaSessionAction, MediaSessionActionHandler>>> = {
      play: () => this.#player.play(),
      pause: () => this.#player.pause(),
      stop: () => this.#player.pause(),
      nexttrack: () => this.#player.next(),
      previoustrack: () => this.#player.previous(),
      seekforward: ({ seekOffset }) => by(seekOffset ?? STEP_SECONDS),
      seekbackward: ({ seekOffset }) => by(-(seekOffset ?? STEP_SECONDS)),
      seekto: ({ seekTime }) => this.#player.seek(seekTime ?? 0),
    };
    for (const [action, handler] of Object.entries(actions)) {
      try {
        session.setActionHandler(action as MediaSessionAction, handler);
      } catch {
        // a browser that does not know this action has no button for it
      }
    }
  }
}

/** What a lock screen shows of a song. */
export function shown({
  id,
  title,
  artist,
  thumbnail_url,
}: Pick<Track, 'id' | 'title' | 'artist' | 'thumbnail_url'>): MediaMetadataInit {
  const src = `/api/v1/music/track/${id}/cover?size=512`;
  return { title, artist, artwork: thumbnail_url ? [{ src, sizes: '512x512', type: 'image/webp' }] : [] };
}
