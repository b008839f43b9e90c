import { CHANNELS } from './layout';

/** What we use of signalsmith-stretch's node (its README). */
export interface StretchNode extends AudioWorkletNode {
  schedule(change: { active?: boolean; semitones?: number }): Promise<unknown>;
  /** Seconds from what goes in to what comes out. */
  latency(): Promise<number>;
}
interface StretchModule {
  readonly default: {
    (context: BaseAudioContext, options: AudioWorkletNodeOptions): Promise<StretchNode>;
    moduleUrl?: string;
  };
}

/** What its node takes in its usual setting, known before it is fetched; `latency()` says it exactly. */
export const USUAL_LATENCY = 0.12;
const ADDRESS = '/worklets/SignalsmithStretch.mjs';
const PATIENCE_MS = 20_000;

/** Fetches what changes key and tempo: 48 kB, when somebody comes to sing. */
export async function fetchStretch(): Promise<StretchModule['default']> {
  const { default: make } = (await import(/* @vite-ignore */ ADDRESS)) as StretchModule;
  make.moduleUrl = ADDRESS; // it would make one of a blob otherwise, which the page's policy forbids
  return make;
}

/** One node for all four channels: what is done to the voice is done to the music. Rejects where it does not run. */
export async function stretchNode(context: BaseAudioContext): Promise<StretchNode> {
  const make = await fetchStretch();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The stretch node did not start.')), PATIENCE_MS);
  });
  const node = make(context, {
    numberOfInputs: 1,
    numberOfOutputs: 1,
    outputChannelCount: [CHANNELS],
    channelCount: CHANNELS,
    channelCountMode: 'explicit',
    channelInterpretation: 'discrete',
  });
  return Promise.race([node, patience]).finally(() => clearTimeout(timer));
}
