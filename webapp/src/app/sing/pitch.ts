import { CHANNELS } from './layout';
import { stretchNode, type StretchNode, USUAL_LATENCY } from './stretch';

const FADE_SECONDS = 0.04;
const MARGIN_SECONDS = 0.05;
const FOUR = {
  channelCount: CHANNELS,
  channelCountMode: 'explicit',
  channelInterpretation: 'discrete',
} as const;

/**
 * Another key for a stream of four channels. In its own key the song passes by untouched, as late as through the
 * stretching, so that one fades into the other without a gap or a jump.
 */
export class Pitch {
  readonly #context: BaseAudioContext;
  readonly #output: AudioNode;
  readonly #delay: DelayNode;
  readonly #plain: GainNode;
  readonly #other: GainNode;
  #stretch: StretchNode | null = null;
  #loading: Promise<void> | null = null;
  #semitones = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;

  readonly input: GainNode;

  constructor(context: BaseAudioContext, output: AudioNode) {
    this.#context = context;
    this.#output = output;
    this.input = new GainNode(context, FOUR);
    this.#delay = new DelayNode(context, { ...FOUR, delayTime: USUAL_LATENCY, maxDelayTime: 1 });
    this.#plain = new GainNode(context, FOUR);
    this.#other = new GainNode(context, { ...FOUR, gain: 0 });
    this.input.connect(this.#delay).connect(this.#plain).connect(output);
  }

  /** Seconds from the input to what is heard. */
  get delay(): number {
    return this.#delay.delayTime.value;
  }

  /** Resolves when the song is heard in this key. Rejects where the browser can't change it. */
  async setKey(semitones: number): Promise<void> {
    this.#semitones = semitones;
    if (semitones !== 0 && !this.#stretch) await (this.#loading ??= this.#load());
    if (semitones !== this.#semitones || !this.#stretch) return;
    if (semitones === 0) this.#rests(this.#stretch);
    else await this.#works(this.#stretch, semitones);
  }

  async #load(): Promise<void> {
    try {
      this.#stretch = await stretchNode(this.#context);
      this.#delay.delayTime.value = await this.#stretch.latency();
      this.#stretch.connect(this.#other);
    } finally {
      this.#loading = null;
    }
  }

  async #works(stretch: StretchNode, semitones: number): Promise<void> {
    clearTimeout(this.#rest);
    const isResting = this.#other.gain.value === 0;
    if (isResting) {
      this.input.connect(stretch);
      this.#other.connect(this.#output);
    }
    await stretch.schedule({ active: true, semitones });
    this.#fade(this.#other, this.#plain, isResting ? this.delay + MARGIN_SECONDS : 0);
  }

  /** What nobody hears is not computed. */
  #rests(stretch: StretchNode): void {
    this.#fade(this.#plain, this.#other, 0);
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.input.disconnect(stretch);
      this.#other.disconnect();
    }, 4_000 * FADE_SECONDS);
  }

  #fade(into: GainNode, outOf: GainNode, wait: number): void {
    const from = this.#context.currentTime + wait;
    for (const [{ gain }, to] of [
      [into, 1],
      [outOf, 0],
    ] as const) {
      gain.cancelScheduledValues(0);
      gain.setValueAtTime(gain.value, from).linearRampToValueAtTime(to, from + FADE_SECONDS);
    }
  }
}
