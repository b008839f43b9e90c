import { adts, packetsOf, tail } from './adts';

const bytesOf = (...numbers: number[]) =>
  numbers.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
const box = (name: string, content: number[]) => [
  ...bytesOf(content.length + 8),
  ...[...name].map((letter) => letter.charCodeAt(0)),
  ...content,
];

/** Packets of 3 and 2 bytes, with durations where the flags say so. */
function segment(withDurations: boolean): Uint8Array<ArrayBuffer> {
  const entries = withDurations ? bytesOf(1024, 3, 960, 2) : bytesOf(3, 2);
  const moofBytes = 8 + 8 + 8 + 12 + entries.length;
  const trun = box('trun', [...bytesOf(withDurations ? 0x301 : 0x201, 2, moofBytes + 8), ...entries]);
  const moof = box('moof', box('traf', trun));
  return Uint8Array.from([...box('styp', [1, 2, 3, 4]), ...moof, ...box('mdat', [11, 12, 13, 21, 22])]);
}

describe('ADTS', () => {
  it.each([true, false])('finds the packets of a segment, durations told: %s', (withDurations) => {
    expect(packetsOf(segment(withDurations)).map((packet) => [...packet])).toEqual([
      [11, 12, 13],
      [21, 22],
    ]);
  });

  it('refuses what is no segment', () => {
    expect(() => packetsOf(new Uint8Array(20))).toThrow(RangeError);
    expect(() => packetsOf(segment(true).slice(0, -1))).toThrow(RangeError);
  });

  it('puts a header of four channels at 44.1 kHz before each packet', () => {
    const stream = adts([Uint8Array.of(1, 2, 3), new Uint8Array(1000)]);
    expect(stream).toHaveLength(7 + 3 + 7 + 1000);
    const [sync, layer, profile, channels, high, low] = stream;
    expect([sync, layer]).toEqual([0xff, 0xf1]);
    expect((profile ?? 0) >> 6).toBe(1); // LC
    expect(((profile ?? 0) >> 2) & 15).toBe(4); // 44,100 Hz
    expect((((profile ?? 0) & 1) << 2) | ((channels ?? 0) >> 6)).toBe(4);
    expect((((channels ?? 0) & 3) << 11) | ((high ?? 0) << 3) | ((low ?? 0) >> 5)).toBe(10);
    expect([...stream.slice(10, 12)]).toEqual([0xff, 0xf1]);
  });

  it('keeps the end of what was decoded, whatever was taken off the beginning', () => {
    const decoded = Float32Array.from({ length: 2048 }, (_, index) => index);
    expect(tail(decoded, 1)[0]).toBe(1024);
    const stripped = tail(decoded.slice(100), 2);
    expect([stripped[99], stripped[100], stripped.at(-1)]).toEqual([0, 100, 2047]);
  });
});
