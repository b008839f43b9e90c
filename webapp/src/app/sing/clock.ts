/** A straight line from the audio context's time to the song's: all in seconds. */
export interface Line {
  /** From this time of the context on … */
  readonly at: number;
  /** … this second of the song is heard, … */
  readonly from: number;
  /** … and this many seconds of it every second. */
  readonly rate: number;
}

/** The second of the song that is heard at a time of the context. */
export function heardAt(line: Line, time: number): number {
  return line.from + Math.max(0, time - line.at) * line.rate;
}

/** The same song going on at another speed from a time on, without a jump. */
export function turned(line: Line, at: number, rate: number): Line {
  return { at, from: heardAt(line, at), rate };
}

/**
 * What is heard of a media element whose sound passes through a delay: seconds of the song. After a jump it is the
 * place that was jumped to, until the first of it has come through.
 */
export function heardThrough(delay: number, elementAt: number, rate: number, jumpedTo: number): number {
  const late = elementAt - delay * rate;
  return elementAt >= jumpedTo ? Math.max(jumpedTo, late) : elementAt;
}
