import { signal } from '@angular/core';

import { problemOf, type Problem } from '@app/api/problem';

import { heardThrough } from './clock';
import { Feeder } from './feeder';
import { CHANNELS, type Layout } from './layout';
import { MediaSink } from './media-sink';
import type { Parts } from './parts';
import { Pitch } from './pitch';
import { Silence } from './silence';
import type { Sounding, Stage, Told } from './sounding';
import { USUAL_LATENCY } from './stretch';

/**
 * A media element that is fed segment by segment, and whose four channels go through an audio graph. The element
 * keeps the tempo (its pitch stays as it is), the graph the key.
 */
export class Streamed implements Sounding {
  readonly #layout: Layout;
  readonly #parts: Parts;
  readonly #told: Told;
  readonly #element = new Audio();
  readonly #source = new MediaSource();
  readonly #closed = new AbortController();
  readonly #position = signal(0);
  readonly #isWaiting = signal(false);
  readonly #fault = signal<Problem | null>(null);
  #feeder: Feeder | null = null;
  #pitch: Pitch | null = null;
  #stage: Stage | null = null;
  #silence: Silence | null = null;
  #semitones = 0;
  #jumpedTo: number;
  #isMeantToPlay = false;

  readonly position = this.#position.asReadonly();
  readonly isWaiting = this.#isWaiting.asReadonly();
  readonly fault = this.#fault.asReadonly();

  constructor(layout: Layout, parts: Parts, from: number, told: Told) {
    this.#layout = layout;
    this.#parts = parts;
    this.#told = told;
    this.#jumpedTo = from;
    this.#position.set(from);
    const address = URL.createObjectURL(this.#source);
    this.#source.addEventListener('sourceopen', () => URL.revokeObjectURL(address), { once: true });
    this.#source.addEventListener('sourceopen', () => void this.#fill(), { once: true });
    this.#listen();
    this.#element.src = address;
  }

  async play(stage: Stage): Promise<void> {
    this.#isMeantToPlay = true;
    if (!this.#pitch) this.#enter(stage);
    await this.#element.play();
    if (this.#isMeantToPlay) stage.mix.open();
  }

  pause(): void {
    this.#isMeantToPlay = false;
    this.#stage?.mix.close();
    this.#element.pause();
  }

  seek(seconds: number): void {
    this.#jumpedTo = seconds;
    this.#position.set(seconds);
    if (this.#isMeantToPlay) this.#stage?.mix.duck(this.#pitch?.delay ?? 0);
    this.#element.currentTime = seconds;
    this.#feeder?.start(seconds);
  }

  async setKey(semitones: number): Promise<void> {
    this.#semitones = semitones;
    await this.#pitch?.setKey(semitones);
  }

  setTempo(tempo: number): void {
    this.#element.preservesPitch = true;
    this.#element.defaultPlaybackRate = tempo;
    this.#element.playbackRate = tempo;
  }

  resume(): void {
    this.#fault.set(null);
    if (this.#feeder) this.#feeder.start(this.#element.currentTime);
    else void this.#fill();
  }

  close(): void {
    this.pause();
    this.#closed.abort();
    this.#feeder?.stop();
    this.#element.removeAttribute('src');
    this.#element.load();
  }

  /** The graph, once: a media element gives its sound to one context for good. */
  #enter(stage: Stage): void {
    this.#stage = stage;
    this.#pitch = new Pitch(stage.context, stage.mix.input);
    const source = new MediaElementAudioSourceNode(stage.context, { mediaElement: this.#element });
    source.channelInterpretation = 'discrete';
    source.connect(this.#pitch.input);
    this.#silence = new Silence(source, CHANNELS);
    if (this.#semitones) void this.setKey(this.#semitones).catch(() => undefined); // told when it was chosen
  }

  async #fill(): Promise<void> {
    try {
      const init = await this.#parts.bytes([0, this.#layout.initBytes], this.#closed.signal);
      const sink = new MediaSink(this.#source, this.#element, this.#layout);
      this.#feeder = new Feeder(this.#layout, this.#parts, sink, (problem) => this.#fault.set(problem));
      await sink.init(init);
      if (this.#jumpedTo > 0) this.#element.currentTime = this.#jumpedTo;
      this.#feeder.start(this.#jumpedTo);
    } catch (error) {
      if (!this.#closed.signal.aborted) this.#fault.set(problemOf(error));
    }
  }

  #listen(): void {
    const { signal: over } = this.#closed;
    const on = (name: string, act: () => void) => this.#element.addEventListener(name, act, { signal: over });
    on('timeupdate', () => this.#follow());
    on('waiting', () => this.#isWaiting.set(this.#isMeantToPlay));
    on('playing', () => this.#isWaiting.set(false));
    on('pause', () => {
      this.#isWaiting.set(false);
      if (this.#isMeantToPlay && !this.#element.ended) this.#told.stopped();
    });
    on('ended', () => {
      this.#isMeantToPlay = false;
      this.#told.ended();
    });
    on('error', () => this.#told.cannot());
  }

  #follow(): void {
    const { currentTime, playbackRate, paused } = this.#element;
    const delay = this.#pitch?.delay ?? USUAL_LATENCY;
    this.#position.set(heardThrough(delay, currentTime, playbackRate, this.#jumpedTo));
    this.#feeder?.look();
    // Some browsers play such an element past the graph, which then gets nothing.
    if (!paused && this.#silence?.lasts(currentTime)) this.#told.cannot();
  }
}
