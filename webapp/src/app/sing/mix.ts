const DIAL_SECONDS = 0.02;
const DUCK_SECONDS = 0.012;

/**
 * Music and voice, which come beside each other in four channels of one stream, each at its own level. What is done
 * to the stream before is done to both, so they stay together; the levels come last and are heard at once.
 */
export class Mix {
  readonly #context: BaseAudioContext;
  readonly #splitter: ChannelSplitterNode;
  readonly #voice: GainNode;
  readonly #all: GainNode;

  constructor(context: BaseAudioContext) {
    this.#context = context;
    this.#splitter = new ChannelSplitterNode(context, { numberOfOutputs: 4 });
    this.#voice = new GainNode(context, { gain: 0 });
    this.#all = new GainNode(context, { gain: 0 });
    const music = new GainNode(context);
    for (const [level, left] of [
      [music, 0],
      [this.#voice, 2],
    ] as const) {
      const pair = new ChannelMergerNode(context, { numberOfInputs: 2 });
      this.#splitter.connect(pair, left, 0);
      this.#splitter.connect(pair, left + 1, 1);
      pair.connect(level).connect(this.#all);
    }
    this.#all.connect(context.destination);
  }

  /** Takes four channels: music left and right, voice left and right. */
  get input(): AudioNode {
    return this.#splitter;
  }

  /** 0 is the music alone, 1 the song as it was sung. */
  setVoice(share: number): void {
    this.#lead(this.#voice.gain, share, DIAL_SECONDS);
  }

  open(): void {
    this.#lead(this.#all.gain, 1, DUCK_SECONDS);
  }

  close(): void {
    this.#lead(this.#all.gain, 0, DUCK_SECONDS);
  }

  /** Silence for so many seconds, while what is no longer wanted passes by. */
  duck(seconds: number): void {
    this.close();
    const back = this.#context.currentTime + Math.max(seconds, DUCK_SECONDS);
    this.#all.gain.setValueAtTime(0, back).linearRampToValueAtTime(1, back + DUCK_SECONDS);
  }

  #lead(level: AudioParam, to: number, seconds: number): void {
    const now = this.#context.currentTime;
    level.cancelScheduledValues(now);
    level.setValueAtTime(level.value, now).linearRampToValueAtTime(to, now + seconds);
  }
}
