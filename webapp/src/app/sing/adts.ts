import { CHANNELS, PACKET_SAMPLES } from './layout';

/** AAC-LC at 44,100 Hz, as ADTS writes it (ISO/IEC 14496-3, 1.A.2). */
const PROFILE_LC = 1;
const FREQUENCY_INDEX = 4;
const HEADER_BYTES = 7;

/**
 * The coded packets of a media segment (styp, moof with one traf and one trun, mdat: `core/media/fmp4.py`).
 * Throws where the bytes are no such segment.
 */
export function packetsOf(segment: Uint8Array<ArrayBuffer>): readonly Uint8Array<ArrayBuffer>[] {
  const view = new DataView(segment.buffer, segment.byteOffset, segment.byteLength);
  const moof = box(view, 'moof', 0, view.byteLength);
  const traf = box(view, 'traf', moof.from, moof.to);
  const trun = box(view, 'trun', traf.from, traf.to);
  const flags = view.getUint32(trun.from) & 0xffffff;
  const count = view.getUint32(trun.from + 4);
  const words = (flag: number) => (flags & flag ? 4 : 0);
  let entry = trun.from + 8 + words(0x1) + words(0x4);
  let at = moof.start + (flags & 0x1 ? view.getInt32(trun.from + 8) : 0);
  return Array.from({ length: count }, () => {
    entry += words(0x100); // a duration before the size
    const size = view.getUint32(entry);
    entry += 4 + words(0x400) + words(0x800);
    at += size;
    if (at > segment.length) throw new RangeError('The segment is shorter than it says.');
    return segment.subarray(at - size, at);
  });
}

/** A stream of its own that any decoder takes: each packet behind a header. */
export function adts(packets: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const bytes = packets.reduce((sum, packet) => sum + HEADER_BYTES + packet.length, 0);
  const stream = new Uint8Array(bytes);
  let at = 0;
  for (const packet of packets) {
    const length = HEADER_BYTES + packet.length;
    stream.set(
      [
        0xff,
        0xf1, // MPEG-4, no checksum
        (PROFILE_LC << 6) | (FREQUENCY_INDEX << 2) | (CHANNELS >> 2),
        ((CHANNELS & 3) << 6) | (length >> 11),
        (length >> 3) & 0xff,
        ((length & 7) << 5) | 0x1f,
        0xfc,
      ],
      at,
    );
    stream.set(packet, at + HEADER_BYTES);
    at += length;
  }
  return stream;
}

/**
 * The last `packets` packets of what was decoded. Some decoders take off what they hold for the encoder's priming,
 * others don't; the end is the same in all.
 */
export function tail(decoded: Float32Array<ArrayBuffer>, packets: number): Float32Array<ArrayBuffer> {
  const wanted = packets * PACKET_SAMPLES;
  if (decoded.length >= wanted) return decoded.subarray(decoded.length - wanted);
  const padded = new Float32Array(wanted);
  padded.set(decoded, wanted - decoded.length);
  return padded;
}

function box(view: DataView, name: string, from: number, to: number) {
  for (let at = from; at + 8 <= to; ) {
    const size = view.getUint32(at);
    const type = String.fromCharCode(...[4, 5, 6, 7].map((byte) => view.getUint8(at + byte)));
    if (size < 8 || at + size > to) break;
    if (type === name) return { start: at, from: at + 8, to: at + size };
    at += size;
  }
  throw new RangeError(`The segment has no ${name}.`);
}
