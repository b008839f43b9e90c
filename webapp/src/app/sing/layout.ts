import type { Schemas } from '@app/api/api';

export const SAMPLE_RATE = 44_100;
export const PACKET_SAMPLES = 1024;

/** Music left and right, voice left and right. */
export const CHANNELS = 4;
export const MIME = 'audio/mp4; codecs="mp4a.40.2"';

/** Which bytes of a file for singing are which seconds of the song (docs/decisions/0032). */
export class Layout {
  readonly #segments: Schemas['Segments'];

  constructor(segments: Schemas['Segments']) {
    this.#segments = segments;
  }

  get count(): number {
    return this.#segments.offsets.length - 1;
  }

  /** Seconds. */
  get duration(): number {
    return this.#segments.total_samples / SAMPLE_RATE;
  }

  get initBytes(): number {
    return this.#segments.init_bytes;
  }

  /** What the encoder has put before the song, in samples. */
  get primingSamples(): number {
    return this.#segments.priming_samples;
  }

  /** The segment's first byte, and the one after its last. */
  range(index: number): readonly [from: number, to: number] {
    const { offsets } = this.#segments;
    return [offsets[index] ?? 0, offsets[index + 1] ?? 0];
  }

  /** The sample of the song with which the segment begins; before 0 where it is still the encoder's. */
  firstSample(index: number): number {
    const { first, rest } = this.#segments.packets;
    const packets = index === 0 ? 0 : first + (index - 1) * rest;
    return packets * PACKET_SAMPLES - this.primingSamples;
  }

  /** Seconds of the song that the segment holds. */
  span(index: number): readonly [from: number, to: number] {
    const end = index + 1 < this.count ? this.firstSample(index + 1) : this.#segments.total_samples;
    return [Math.max(0, this.firstSample(index)) / SAMPLE_RATE, end / SAMPLE_RATE];
  }

  /** The segment in which a second of the song is found. */
  at(seconds: number): number {
    const { first, rest } = this.#segments.packets;
    const packet = Math.floor((seconds * SAMPLE_RATE + this.primingSamples) / PACKET_SAMPLES);
    const index = packet < first ? 0 : 1 + Math.floor((packet - first) / rest);
    return Math.max(0, Math.min(index, this.count - 1));
  }
}
