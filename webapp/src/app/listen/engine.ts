import { Injectable, signal } from '@angular/core';
import { Subject } from 'rxjs';

/**
 * One media element, which plays in the background and on the lock screen as no audio graph does
 * (docs/decisions/0034). It knows files and seconds, and nothing of songs.
 */
@Injectable({ providedIn: 'root' })
export class Engine {
  readonly #element = new Audio();
  readonly #position = signal(0);
  readonly #duration = signal(0);
  readonly #isPlaying = signal(false);
  readonly #isWaiting = signal(false);
  #startAt = 0;

  /** Seconds. */
  readonly position = this.#position.asReadonly();
  readonly duration = this.#duration.asReadonly();
  readonly isPlaying = this.#isPlaying.asReadonly();
  readonly isWaiting = this.#isWaiting.asReadonly();
  readonly ended = new Subject<void>();
  readonly failed = new Subject<void>();

  constructor() {
    const on = (name: string, act: () => void) => this.#element.addEventListener(name, act);
    this.#element.preload = 'auto';
    on('timeupdate', () => this.#position.set(this.#element.currentTime));
    on('seeking', () => this.#position.set(this.#element.currentTime));
    on('durationchange', () => this.#duration.set(finite(this.#element.duration)));
    on('loadedmetadata', () => this.#goToStart());
    on('play', () => this.#isPlaying.set(true));
    on('pause', () => this.#isPlaying.set(false));
    on('waiting', () => this.#isWaiting.set(true));
    on('playing', () => this.#isWaiting.set(false));
    on('ended', () => this.ended.next());
    on('error', () => {
      this.#isWaiting.set(false);
      if (this.#element.hasAttribute('src')) this.failed.next();
    });
  }

  /** Another file, from a second of it on. */
  load(url: string, from = 0): void {
    const { playbackRate } = this.#element;
    this.#startAt = from;
    this.#element.src = url;
    this.#element.playbackRate = playbackRate; // browsers forget it with the file
    this.#position.set(from);
  }

  unload(): void {
    this.#element.pause();
    this.#element.removeAttribute('src');
    this.#element.load();
    this.#position.set(0);
    this.#duration.set(0);
    this.#isWaiting.set(false);
  }

  async play(): Promise<void> {
    try {
      await this.#element.play();
    } catch (error) {
      // Another file took its place, or the browser wants a tap first: it stays paused, and that is shown.
      // What can't be played is told by `failed`.
      if (!(error instanceof DOMException)) throw error;
    }
  }

  pause(): void {
    this.#element.pause();
  }

  seek(seconds: number): void {
    const to = Math.max(0, this.#duration() ? Math.min(seconds, this.#duration()) : seconds);
    if (this.#element.readyState === HTMLMediaElement.HAVE_NOTHING) this.#startAt = to;
    else this.#element.currentTime = to;
    this.#position.set(to);
  }

  /** 1 is as recorded; the pitch stays. */
  setSpeed(speed: number): void {
    this.#element.defaultPlaybackRate = speed;
    this.#element.playbackRate = speed;
  }

  /** 0 to 1. Whether the device lets a page do that: on iOS only its own buttons do. */
  setVolume(volume: number): boolean {
    this.#element.volume = volume;
    return Math.abs(this.#element.volume - volume) < 0.01;
  }

  #goToStart(): void {
    if (this.#startAt > 0)
      this.#element.currentTime = Math.min(this.#startAt, finite(this.#element.duration));
    this.#startAt = 0;
  }
}

function finite(seconds: number): number {
  return Number.isFinite(seconds) ? seconds : 0;
}
