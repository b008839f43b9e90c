import { Layout, SAMPLE_RATE } from './layout';

const SECONDS = 12;
const layout = new Layout({
  init_bytes: 700,
  offsets: [700, 60_700, 220_700, 380_700, 390_000],
  packets: { first: 86, rest: 215 },
  priming_samples: 1024,
  total_samples: SECONDS * SAMPLE_RATE,
});

describe('Layout', () => {
  it('knows the bytes of each segment', () => {
    expect(layout.count).toBe(4);
    expect(layout.range(0)).toEqual([700, 60_700]);
    expect(layout.range(3)).toEqual([380_700, 390_000]);
  });

  it('takes what the encoder put before the song off the first segment', () => {
    expect(layout.firstSample(0)).toBe(-1024);
    expect(layout.span(0)[0]).toBe(0);
    expect(layout.firstSample(1)).toBe(85 * 1024);
  });

  it('leaves no gap between segments, and ends with the song', () => {
    for (let index = 1; index < layout.count; index++)
      expect(layout.span(index)[0]).toBe(layout.span(index - 1)[1]);
    expect(layout.span(3)[1]).toBe(SECONDS);
  });

  it('finds every second in the segment that holds it', () => {
    for (let second = 0; second < SECONDS; second += 0.1) {
      const [from, to] = layout.span(layout.at(second));
      expect(second).toBeGreaterThanOrEqual(from - 1e-9);
      expect(second).toBeLessThan(to);
    }
  });

  it('keeps to its segments outside the song', () => {
    expect(layout.at(-5)).toBe(0);
    expect(layout.at(500)).toBe(3);
  });
});
