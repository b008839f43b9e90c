const LONG_ENOUGH_SECONDS = 1.5;

/** Whether nothing at all comes out of a node while its song goes on: not one sample other than zero. */
export class Silence {
  readonly #analysers: readonly AnalyserNode[];
  readonly #samples = new Float32Array(2048);
  #since: number | null = null;
  #isOver = false;

  constructor(source: AudioNode, channels: number) {
    const splitter = new ChannelSplitterNode(source.context, { numberOfOutputs: channels });
    source.connect(splitter);
    this.#analysers = [0, channels - 1].map((channel) => {
      const analyser = new AnalyserNode(source.context, { fftSize: this.#samples.length });
      splitter.connect(analyser, channel);
      return analyser;
    });
  }

  /** To be asked as the song goes on, with the second that is reached; once there was a sound it asks no more. */
  lasts(second: number): boolean {
    if (this.#isOver) return false;
    if (this.#analysers.some((analyser) => this.#sounds(analyser))) {
      this.#isOver = true;
      this.#analysers.forEach((analyser) => analyser.disconnect());
      return false;
    }
    this.#since = Math.min(this.#since ?? second, second);
    return second - this.#since > LONG_ENOUGH_SECONDS;
  }

  #sounds(analyser: AnalyserNode): boolean {
    analyser.getFloatTimeDomainData(this.#samples);
    return this.#samples.some((sample) => sample !== 0);
  }
}
