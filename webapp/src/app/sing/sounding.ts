import type { Signal } from '@angular/core';

import type { Problem } from '@app/api/problem';

import { MIME } from './layout';
import type { Mix } from './mix';

/** Made when somebody taps Play, as browsers let no page sound before. */
export interface Stage {
  readonly context: AudioContext;
  readonly mix: Mix;
}

/** One way to make a song sound: music and voice from one decoder, key and tempo as they are asked for. */
export interface Sounding {
  /** The second of the song that is heard. */
  readonly position: Signal<number>;
  readonly isWaiting: Signal<boolean>;
  /** Why no more of the song comes; what has come plays on. */
  readonly fault: Signal<Problem | null>;
  /** Rejects where the device does not let it. */
  play(stage: Stage): Promise<void>;
  pause(): void;
  seek(seconds: number): void;
  /** Rejects where the browser can't change it. */
  setKey(semitones: number): Promise<void>;
  /** 1 is as it was sung. */
  setTempo(tempo: number): void;
  /** After a fault: ask again for what is missing. */
  resume(): void;
  close(): void;
}

/** What a way of sounding tells of itself. */
export interface Told {
  ended(): void;
  /** The system has stopped it. */
  stopped(): void;
  /** It does not work in this browser. */
  cannot(): void;
}

/** Whether a media element can be fed with our files; what it then really does is watched. */
export function canStream(): boolean {
  return typeof MediaSource === 'function' && MediaSource.isTypeSupported(MIME);
}
