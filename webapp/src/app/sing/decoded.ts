import { signal } from '@angular/core';

import type { Problem } from '@app/api/problem';

import { heardAt, type Line, turned } from './clock';
import { DecodedWindow, type Piece } from './decoded-window';
import { Feeder } from './feeder';
import { type Layout, SAMPLE_RATE } from './layout';
import type { Parts } from './parts';
import { Pitch } from './pitch';
import type { Sounding, Stage, Told } from './sounding';

const LOOK_EVERY_MS = 200;
const SOON_SECONDS = 0.03;
const SEMITONES = 12;
/** Decoded ahead: less, and it waits; so much, and it goes on. */
const TOO_LITTLE_SECONDS = 0.4;
const ENOUGH_SECONDS = 1.5;
/** Of quick jumps only the place where somebody stays this long is fetched and decoded. */
const STAYS_MS = 120;

/**
 * For browsers that give the sound of a fed media element to no audio graph: segments are decoded into memory, a
 * bounded stretch at a time, and each is started on the sample after the one before. Played slower they sound lower,
 * which is made good together with the key.
 */
export class Decoded implements Sounding {
  readonly #layout: Layout;
  readonly #parts: Parts;
  readonly #told: Told;
  readonly #position = signal(0);
  readonly #isWaiting = signal(false);
  readonly #fault = signal<Problem | null>(null);
  #stage: Stage | null = null;
  #pitch: Pitch | null = null;
  #window: DecodedWindow | null = null;
  #feeder: Feeder | null = null;
  #line: Line;
  #sources = new Map<number, AudioBufferSourceNode>();
  #isRunning = false;
  #isMeantToPlay = false;
  #semitones = 0;
  #tempo = 1;
  #timer: ReturnType<typeof setInterval> | undefined;
  #jump: ReturnType<typeof setTimeout> | undefined;

  readonly position = this.#position.asReadonly();
  readonly isWaiting = this.#isWaiting.asReadonly();
  readonly fault = this.#fault.asReadonly();

  constructor(layout: Layout, parts: Parts, from: number, told: Told) {
    this.#layout = layout;
    this.#parts = parts;
    this.#told = told;
    this.#line = { at: 0, from, rate: 1 };
    this.#position.set(from);
  }

  async play(stage: Stage): Promise<void> {
    this.#isMeantToPlay = true;
    if (!this.#stage) await this.#enter(stage);
    stage.mix.open();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#look();
  }

  pause(): void {
    this.#isMeantToPlay = false;
    this.#isWaiting.set(false);
    this.#stage?.mix.close();
    this.#halt();
    clearInterval(this.#timer);
  }

  seek(seconds: number): void {
    this.#halt();
    this.#position.set(seconds);
    this.#isWaiting.set(this.#isMeantToPlay);
    this.#feeder?.stop();
    clearTimeout(this.#jump);
    this.#jump = setTimeout(() => void this.#goTo(seconds), STAYS_MS);
  }

  async setKey(semitones: number): Promise<void> {
    this.#semitones = semitones;
    await this.#tune();
  }

  setTempo(tempo: number): void {
    this.#tempo = tempo;
    if (this.#isRunning) this.#run();
    this.#tune().catch(() => this.#told.cannot());
  }

  resume(): void {
    this.#fault.set(null);
    this.#feeder?.start(this.#position());
  }

  close(): void {
    this.pause();
    clearTimeout(this.#jump);
    this.#feeder?.stop();
    this.#window?.clear();
    this.#pitch?.input.disconnect();
  }

  async #enter(stage: Stage): Promise<void> {
    this.#stage = stage;
    this.#pitch = new Pitch(stage.context, stage.mix.input);
    this.#window = new DecodedWindow(this.#layout, this.#parts, () => this.#position());
    this.#feeder = new Feeder(this.#layout, this.#parts, this.#window, (problem) => this.#fault.set(problem));
    await Promise.all([this.#tune().catch(() => this.#told.cannot()), this.#goTo(this.#position())]);
  }

  /** In the key that is wanted, with what the tempo does to the pitch taken back. */
  async #tune(): Promise<void> {
    await this.#pitch?.setKey(this.#semitones - SEMITONES * Math.log2(this.#tempo));
  }

  async #goTo(seconds: number): Promise<void> {
    if (!this.#window || !this.#feeder) return;
    this.#isWaiting.set(this.#isMeantToPlay);
    this.#feeder.stop();
    await this.#feeder.settled();
    if (this.#position() !== seconds) return; // somebody has jumped on
    this.#window.moveTo(seconds);
    this.#feeder.start(seconds);
    this.#look();
  }

  /** Whether there is enough to go on, whether the song is over, and where it is. */
  #look(): void {
    const [stage, sound] = [this.#stage, this.#window];
    if (!stage || !sound || !this.#isMeantToPlay) return;
    if (this.#isRunning) this.#position.set(this.#heard(stage));
    this.#feeder?.look();
    const left = this.#layout.duration - this.#position();
    const there = sound.reachFrom(this.#position());
    if (left <= 0) {
      this.pause();
      this.#told.ended();
    } else if (this.#isRunning && there < Math.min(left, TOO_LITTLE_SECONDS)) {
      this.#halt();
      this.#isWaiting.set(true);
    } else if (!this.#isRunning && there >= Math.min(left, ENOUGH_SECONDS)) {
      this.#line = { at: 0, from: this.#position(), rate: 0 };
      this.#isWaiting.set(false);
      this.#run();
    } else if (this.#isRunning) {
      for (const piece of sound.pieces) this.#start(stage, piece);
    }
  }

  /** From here on at the tempo that is wanted: what sounds ends on the sample on which it begins anew. */
  #run(): void {
    const [stage, sound] = [this.#stage, this.#window];
    if (!stage || !sound) return;
    const at = onSample(stage.context.currentTime + SOON_SECONDS);
    const line = turned(this.#line, at, this.#tempo);
    this.#line = { ...line, from: onSample(line.from) };
    this.#isRunning = true;
    this.#silence(at);
    for (const piece of sound.pieces) this.#start(stage, piece);
  }

  #start(stage: Stage, { index, from, buffer }: Piece): void {
    const offset = Math.max(0, this.#line.from - from);
    if (!this.#pitch || this.#sources.has(index) || offset >= buffer.duration) return;
    const source = new AudioBufferSourceNode(stage.context, { buffer, playbackRate: this.#tempo });
    source.connect(this.#pitch.input);
    source.onended = () => (source.buffer = null); // its samples are forgotten with the piece
    source.start(onSample(this.#line.at + (from + offset - this.#line.from) / this.#tempo), onSample(offset));
    this.#sources.set(index, source);
  }

  #halt(): void {
    if (!this.#isRunning || !this.#stage) return;
    this.#position.set(this.#heard(this.#stage));
    this.#isRunning = false;
    for (const source of this.#sources.values()) {
      source.stop();
      source.disconnect();
      source.buffer = null; // at once: a graph that rests would tell of no end
    }
    this.#sources.clear();
  }

  #silence(at: number): void {
    for (const source of this.#sources.values()) source.stop(at);
    this.#sources.clear();
  }

  #heard({ context }: Stage): number {
    const late = this.#pitch?.delay ?? 0;
    return Math.min(heardAt(this.#line, context.currentTime - late), this.#layout.duration);
  }
}

/** The nearest time at which a sample begins: between two of them sound would be interpolated. */
function onSample(seconds: number): number {
  return Math.round(seconds * SAMPLE_RATE) / SAMPLE_RATE;
}
