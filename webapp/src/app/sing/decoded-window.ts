import { adts, packetsOf, tail } from './adts';
import type { Sink } from './feeder';
import { CHANNELS, type Layout, SAMPLE_RATE } from './layout';
import type { Parts } from './parts';
import type { StretchNode } from './stretch';

/** Packets decoded before those that are wanted: the first is what the second overlaps with, and some decoders drop two. */
const PREROLL = 3;
const AHEAD_SECONDS = 35;
const BEHIND_SECONDS = 15;
const ROUNDING_SECONDS = 0.001;

/**
 * A stretch of the song as samples, in the memory of the stretch node: with the segment at each end at most a minute,
 * 42 MB.
 */
export class DecodedWindow implements Sink {
  readonly ahead = AHEAD_SECONDS;
  readonly #layout: Layout;
  readonly #parts: Parts;
  readonly #node: Pick<StretchNode, 'addBuffers' | 'dropBuffers'>;
  readonly #position: () => number;
  readonly #decoder: Pick<BaseAudioContext, 'decodeAudioData'>;
  #origin = 0;
  #first = 0;
  #next = 0;
  #before: readonly Uint8Array<ArrayBuffer>[] = [];

  readonly now = (): number => this.#position();

  constructor(
    layout: Layout,
    parts: Parts,
    node: Pick<StretchNode, 'addBuffers' | 'dropBuffers'>,
    position: () => number,
    decoder: Pick<BaseAudioContext, 'decodeAudioData'> = new OfflineAudioContext(CHANNELS, 1, SAMPLE_RATE),
  ) {
    this.#layout = layout;
    this.#parts = parts;
    this.#node = node;
    this.#position = position;
    this.#decoder = decoder;
  }

  /** The second of the song that is second 0 to the node. */
  get origin(): number {
    return this.#layout.span(this.#origin)[0];
  }

  /** How far into the song it reaches, in seconds. */
  get reach(): number {
    return this.#next > this.#first ? this.#layout.span(this.#next - 1)[1] : this.origin;
  }

  has(index: number): boolean {
    return index >= this.#first && index < this.#next;
  }

  /** Begins anew with the segment that holds this second, where it is not in the window. */
  async moveTo(seconds: number): Promise<void> {
    const index = this.#layout.at(seconds);
    if (this.has(index)) return;
    this.#origin = this.#first = this.#next = index;
    this.#before = [];
    await this.#node.dropBuffers();
  }

  async put(index: number, bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    const before = this.#before.length ? this.#before : await this.#tailBefore(index, signal);
    const packets = packetsOf(bytes);
    const stream = adts([...before, ...packets]);
    const sound = await this.#decoder.decodeAudioData(stream.buffer);
    if (signal.aborted || index !== this.#next) return;
    const from = index === 0 ? this.#layout.primingSamples : 0;
    const channels = Array.from({ length: CHANNELS }, (_, channel) =>
      tail(sound.getChannelData(channel), packets.length).slice(from),
    );
    this.#before = packets.slice(-PREROLL).map((packet) => packet.slice());
    this.#next = index + 1;
    await this.#node.addBuffers(
      channels,
      channels.map((samples) => samples.buffer),
    );
    await this.#forget();
  }

  end(): void {
    // What comes after the last sample is silence.
  }

  /** After a jump: the end of the segment before it. */
  async #tailBefore(index: number, signal: AbortSignal): Promise<readonly Uint8Array<ArrayBuffer>[]> {
    if (index === 0) return [];
    const bytes = await this.#parts.bytes(this.#layout.range(index - 1), signal);
    return packetsOf(bytes).slice(-PREROLL);
  }

  async #forget(): Promise<void> {
    const keptFrom = this.#position() - BEHIND_SECONDS;
    let first = this.#first;
    while (first + 1 < this.#next && this.#layout.span(first)[1] < keptFrom) first++;
    if (first === this.#first) return;
    const seconds = this.#layout.span(first)[0] - this.origin;
    this.#first = first;
    await this.#node.dropBuffers(seconds + ROUNDING_SECONDS);
  }
}
