import { problemOf, type Problem } from '@app/api/problem';

import type { Layout } from './layout';
import type { Parts } from './parts';

/** Where segments go: into a media element's buffer, or decoded into memory. */
export interface Sink {
  /** How far ahead of what is heard it is filled, in seconds. */
  readonly ahead: number;
  /** The second of the song that is heard now. */
  now(): number;
  has(index: number): boolean;
  put(index: number, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void>;
  /** The song's last segment is in it. */
  end(): void;
}

/** Brings one segment after the other, a bounded time ahead of what is heard. */
export class Feeder {
  readonly #layout: Layout;
  readonly #parts: Parts;
  readonly #sink: Sink;
  readonly #failed: (problem: Problem) => void;
  #run: AbortController | null = null;
  #last: Promise<void> = Promise.resolve();
  #wake: (() => void) | null = null;

  constructor(layout: Layout, parts: Parts, sink: Sink, failed: (problem: Problem) => void) {
    this.#layout = layout;
    this.#parts = parts;
    this.#sink = sink;
    this.#failed = failed;
  }

  /** From this second of the song on; what was on its way for another place is dropped. */
  start(seconds: number): void {
    this.stop();
    const run = new AbortController();
    this.#run = run;
    this.#last = this.#last.then(() => this.#feed(this.#layout.at(seconds), run.signal));
  }

  /** To be called as the song goes on: there may be room for more. */
  look(): void {
    this.#wake?.();
  }

  stop(): void {
    this.#run?.abort();
    this.#wake?.();
  }

  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void> {
    return this.#last;
  }

  async #feed(first: number, signal: AbortSignal): Promise<void> {
    try {
      for (let index = first; index < this.#layout.count; index++) {
        if (this.#sink.has(index)) continue;
        while (!signal.aborted && this.#isFarAhead(index)) await this.#song();
        if (signal.aborted) return;
        const bytes = await this.#parts.bytes(this.#layout.range(index), signal);
        await this.#sink.put(index, bytes, signal);
      }
      if (!signal.aborted) this.#sink.end();
    } catch (error) {
      if (!signal.aborted) this.#failed(problemOf(error));
    }
  }

  #isFarAhead(index: number): boolean {
    return this.#layout.span(index)[0] > this.#sink.now() + this.#sink.ahead;
  }

  #song(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }
}
