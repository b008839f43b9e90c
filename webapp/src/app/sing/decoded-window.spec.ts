import { DecodedWindow } from './decoded-window';
import { Layout, PACKET_SAMPLES, SAMPLE_RATE } from './layout';
import type { Parts } from './parts';

const SECONDS = 240;
const FULL = { first: 86, rest: 215 };
const COUNT = 1 + Math.ceil((Math.ceil((SECONDS * SAMPLE_RATE) / 1024) + 1 - 86) / 215);
const layout = new Layout({
  init_bytes: 0,
  offsets: Array.from({ length: COUNT + 1 }, (_, index) => index),
  packets: FULL,
  priming_samples: 1024,
  total_samples: SECONDS * SAMPLE_RATE,
});
const packetsIn = (index: number) => (index === 0 ? 86 : 215);
const never = new AbortController().signal;

const words = (...numbers: number[]) =>
  numbers.flatMap((n) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
const box = (name: string, content: number[]): number[] => [
  ...words(content.length + 8),
  ...[...name].map((letter) => letter.charCodeAt(0)),
  ...content,
];

/** A segment whose packets hold one byte each. */
function segment(index: number): Uint8Array<ArrayBuffer> {
  const count = packetsIn(index);
  const sizes = Array.from({ length: count }, () => 1);
  const bytes = 8 + 8 + 8 + 12 + 4 * count;
  const moof = box('moof', box('traf', box('trun', [...words(0x201, count, bytes + 8), ...words(...sizes)])));
  return Uint8Array.from([...moof, ...box('mdat', sizes)]);
}

/** Decodes each packet to its 1,024 samples, and remembers how many packets came. */
class Decoder {
  readonly packets: number[] = [];
  decodeAudioData = async (stream: ArrayBuffer) => {
    const packets = stream.byteLength / 8;
    this.packets.push(packets);
    const samples = new Float32Array(packets * PACKET_SAMPLES);
    return { getChannelData: () => samples } as unknown as AudioBuffer;
  };
  createBuffer = (_: number, length: number) =>
    ({ length, copyToChannel: () => undefined }) as unknown as AudioBuffer;
}

describe('The window of decoded sound', () => {
  let decoder: Decoder;
  let position: number;
  let bytes: ReturnType<typeof vi.fn>;
  let sound: DecodedWindow;

  beforeEach(() => {
    decoder = new Decoder();
    position = 0;
    bytes = vi.fn(async ([index]: readonly [number, number]) => segment(index));
    sound = new DecodedWindow(layout, { bytes } as unknown as Parts, () => position, decoder);
  });

  const put = (index: number) => sound.put(index, segment(index), never);
  const lengths = () => sound.pieces.map(({ buffer }) => buffer.length);

  it('leaves the encoder’s priming out, and joins segments by the packets before', async () => {
    await put(0);
    await put(1);
    expect(lengths()).toEqual([85 * 1024, 215 * 1024]);
    expect(decoder.packets).toEqual([86, 218]);
    expect(bytes).not.toHaveBeenCalled();
    expect(sound.reachFrom(1)).toBe(layout.span(1)[1] - 1);
    expect(sound.pieces[1]?.from).toBe((85 * 1024) / SAMPLE_RATE);
  });

  it('holds no more than thirty seconds, however long the song goes on', async () => {
    let most = 0;
    for (let index = 0; index < layout.count; index++) {
      position = Math.max(0, layout.span(index)[0] - sound.ahead);
      await put(index);
      most = Math.max(most, lengths().reduce((sum, one) => sum + one, 0) / SAMPLE_RATE);
    }
    expect(most).toBeLessThanOrEqual(31);
    expect(sound.pieces[0]?.from).toBeGreaterThan(150);
    expect(sound.has(0)).toBe(false);
  });

  it('begins anew after a jump, with the end of the segment before it', async () => {
    await put(0);
    sound.moveTo(120);
    const index = layout.at(120);
    expect(sound.reachFrom(120)).toBe(0);
    await put(index);
    expect(bytes).toHaveBeenCalledWith(layout.range(index - 1), never);
    expect(lengths()).toEqual([215 * 1024]);
    expect(decoder.packets.at(-1)).toBe(218);
  });

  it('decodes nothing for a place that was left meanwhile', async () => {
    const left = new AbortController();
    bytes.mockImplementation(async ([index]: readonly [number, number]) => {
      left.abort();
      return segment(index);
    });
    sound.moveTo(120);
    await sound.put(layout.at(120), segment(layout.at(120)), left.signal);
    expect(decoder.packets).toEqual([]);
    expect(sound.pieces).toEqual([]);
  });

  it('stays where it is for a jump within it', async () => {
    await put(0);
    await put(1);
    sound.moveTo(3);
    expect(lengths()).toHaveLength(2);
  });

  it('says so where the browser can’t decode it', async () => {
    decoder.decodeAudioData = () => Promise.reject(new Error('EncodingError'));
    await expect(put(0)).rejects.toMatchObject({ code: 'cannot-sing' });
  });
});
