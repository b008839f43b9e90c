import type { Sink } from './feeder';
import { type Layout, MIME, SAMPLE_RATE } from './layout';

const AHEAD_SECONDS = 120; // Chromium takes 340 s of our files before it says that it is full; others may take less
const KEPT_BEHIND_SECONDS = 10;
const MOST_TRIES = 240;
const EDGE_SECONDS = 0.06;

/** The buffer of a media element (Media Source Extensions). */
export class MediaSink implements Sink {
  readonly ahead = AHEAD_SECONDS;
  readonly #source: MediaSource;
  readonly #buffer: SourceBuffer;
  readonly #element: HTMLMediaElement;
  readonly #layout: Layout;

  /** `source` is open. The song begins where what the encoder put before it ends. */
  constructor(source: MediaSource, element: HTMLMediaElement, layout: Layout) {
    this.#source = source;
    this.#element = element;
    this.#layout = layout;
    this.#buffer = source.addSourceBuffer(MIME);
    source.duration = layout.duration;
    this.#buffer.timestampOffset = -layout.primingSamples / SAMPLE_RATE;
    this.#buffer.appendWindowStart = 0;
  }

  now(): number {
    return this.#element.currentTime;
  }

  has(index: number): boolean {
    const { buffered } = this.#buffer;
    const [from, to] = this.#layout.span(index);
    return Array.from({ length: buffered.length }, (_, range) => range).some(
      (range) => buffered.start(range) <= from + EDGE_SECONDS && buffered.end(range) >= to - EDGE_SECONDS,
    );
  }

  init(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.#append(bytes);
  }

  async put(_index: number, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
      if (signal.aborted || this.#source.readyState === 'closed') return;
      try {
        return await this.#append(bytes);
      } catch (error) {
        if (!(error instanceof DOMException) || error.name !== 'QuotaExceededError') throw error;
        await this.#makeRoom(signal);
      }
    }
    throw new Error('The browser takes no more of the song.');
  }

  end(): void {
    if (this.#source.readyState === 'open' && !this.#buffer.updating) this.#source.endOfStream();
  }

  async #append(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#buffer.appendBuffer(bytes);
    await this.#updated();
  }

  /** What was heard goes; where nothing was yet, the song has to go on first. */
  async #makeRoom(signal: AbortSignal): Promise<void> {
    const end = this.now() - KEPT_BEHIND_SECONDS;
    const { buffered } = this.#buffer;
    if (buffered.length && buffered.start(0) < end) {
      this.#buffer.remove(0, end);
      await this.#updated();
    } else {
      await new Promise<void>((resolve) => {
        this.#element.addEventListener('timeupdate', () => resolve(), { once: true, signal });
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  #updated(): Promise<void> {
    const over = new AbortController();
    return new Promise<void>((resolve, reject) => {
      const on = (name: string, act: () => void) =>
        this.#buffer.addEventListener(name, act, { signal: over.signal });
      on('updateend', resolve);
      on('error', () => reject(new Error('The browser does not take this file.')));
      on('abort', resolve);
    }).finally(() => over.abort());
  }
}
