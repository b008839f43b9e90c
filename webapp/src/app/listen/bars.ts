/** The lines of a drawn wave: SVG paths over a field of 1 × 1, which is stretched to any size. */
export interface Bars {
  readonly music: string;
  readonly voice: string;
}

/** How much of a bar's height is the music, where both are drawn: the voice sits on both its ends. */
const MUSIC_SHARE = 0.62;
const GAP = 0.05;
const QUIETEST = 0.03;

/** The loudest peak (0 to 255) of each stretch, as a share of the loudest of all. */
export function heights(peaks: readonly number[], count: number): readonly number[] {
  const loudest = Math.max(1, ...peaks);
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * peaks.length) / count);
    const to = Math.max(from + 1, Math.floor(((index + 1) * peaks.length) / count));
    return Math.max(QUIETEST, Math.max(0, ...peaks.slice(from, to)) / loudest);
  });
}

/** `voices` tells for each bar whether the voice is still in it, `hasMusic` whether the music is. */
export function barsOf(shape: readonly number[], voices: (bar: number) => boolean, hasMusic = true): Bars {
  let [music, voice] = ['', ''];
  shape.forEach((height, index) => {
    const x = ((index + 0.5) / shape.length).toFixed(4);
    const isSung = voices(index) && height > QUIETEST;
    const inner = hasMusic && isSung ? height * MUSIC_SHARE : height * (hasMusic ? 0.8 : 0);
    if (hasMusic) music += line(x, 0.5 - inner / 2, 0.5 + inner / 2);
    if (!isSung) return;
    if (!hasMusic) voice += line(x, 0.5 - height / 2, 0.5 + height / 2);
    else if (height - inner > GAP) {
      voice +=
        line(x, 0.5 - height / 2, 0.5 - inner / 2 - GAP) + line(x, 0.5 + inner / 2 + GAP, 0.5 + height / 2);
    }
  });
  return { music, voice };
}

function line(x: string, from: number, to: number): string {
  return to > from ? `M${x} ${from.toFixed(3)}V${to.toFixed(3)}` : `M${x} ${from.toFixed(3)}v.001`;
}
