import type { Problem } from '@app/api/problem';

import { adts, packetsOf, tail } from './adts';
import type { Sink } from './feeder';
import { CHANNELS, type Layout, SAMPLE_RATE } from './layout';
import type { Parts } from './parts';

/** Packets decoded before those that are wanted: the first is what the second overlaps with, and some decoders drop two. */
const PREROLL = 3;
const AHEAD_SECONDS = 10;
const BEHIND_SECONDS = 5;
const UNDECODABLE: Problem = { code: 'cannot-sing', status: 400 };

type Decoder = Pick<BaseAudioContext, 'decodeAudioData' | 'createBuffer'>;

/** A segment as samples. */
export interface Piece {
  readonly index: number;
  /** Seconds of the song. */
  readonly from: number;
  readonly buffer: AudioBuffer;
}

/** A stretch of the song as samples: with the segment at each end at most twenty-five seconds, 18 MB. */
export class DecodedWindow implements Sink {
  readonly ahead = AHEAD_SECONDS;
  readonly #layout: Layout;
  readonly #parts: Parts;
  readonly #position: () => number;
  readonly #decoder: Decoder;
  readonly #pieces = new Map<number, Piece>();
  #next = 0;
  #before: readonly Uint8Array<ArrayBuffer>[] = [];

  readonly now = (): number => this.#position();

  constructor(
    layout: Layout,
    parts: Parts,
    position: () => number,
    decoder: Decoder = new OfflineAudioContext(CHANNELS, 1, SAMPLE_RATE),
  ) {
    this.#layout = layout;
    this.#parts = parts;
    this.#position = position;
    this.#decoder = decoder;
  }

  /** One after the other, without a gap. */
  get pieces(): readonly Piece[] {
    return [...this.#pieces.values()];
  }

  /** How far it reaches from a second of the song on without a gap, in seconds. */
  reachFrom(seconds: number): number {
    return this.has(this.#layout.at(seconds)) ? this.#layout.span(this.#next - 1)[1] - seconds : 0;
  }

  has(index: number): boolean {
    return this.#pieces.has(index);
  }

  /** Begins anew with the segment that holds this second, where it is not in the window. */
  moveTo(seconds: number): void {
    const index = this.#layout.at(seconds);
    if (this.has(index)) return;
    this.clear();
    this.#next = index;
  }

  clear(): void {
    this.#pieces.clear();
    this.#before = [];
  }

  async put(index: number, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    const before = this.#before.length ? this.#before : await this.#tailBefore(index, signal);
    if (signal.aborted) return; // what was decoded for nothing would lie about until the browser tidies up
    const packets = packetsOf(bytes);
    const sound = await this.#decoded(adts([...before, ...packets]));
    if (signal.aborted || index !== this.#next) return;
    const from = index === 0 ? this.#layout.primingSamples : 0;
    const channels = Array.from({ length: CHANNELS }, (_, channel) =>
      tail(sound.getChannelData(channel), packets.length).subarray(from),
    );
    const buffer = this.#decoder.createBuffer(CHANNELS, channels[0]?.length ?? 0, SAMPLE_RATE);
    channels.forEach((samples, channel) => buffer.copyToChannel(samples, channel));
    this.#before = packets.slice(-PREROLL).map((packet) => packet.slice());
    this.#next = index + 1;
    this.#pieces.set(index, { index, from: this.#layout.span(index)[0], buffer });
    this.#forget();
  }

  end(): void {
    // What comes after the last sample is silence.
  }

  async #decoded(stream: Uint8Array<ArrayBuffer>): Promise<AudioBuffer> {
    try {
      return await this.#decoder.decodeAudioData(stream.buffer);
    } catch {
      throw UNDECODABLE;
    }
  }

  /** After a jump: the end of the segment before it. */
  async #tailBefore(index: number, signal: AbortSignal): Promise<readonly Uint8Array<ArrayBuffer>[]> {
    if (index === 0) return [];
    const bytes = await this.#parts.bytes(this.#layout.range(index - 1), signal);
    return packetsOf(bytes).slice(-PREROLL);
  }

  #forget(): void {
    const keptFrom = this.#position() - BEHIND_SECONDS;
    for (const index of this.#pieces.keys())
      if (this.#layout.span(index)[1] < keptFrom) this.#pieces.delete(index);
  }
}
