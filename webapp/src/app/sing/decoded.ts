import { signal } from '@angular/core';

import type { Problem } from '@app/api/problem';

import { heardAt, type Line, turned } from './clock';
import { DecodedWindow } from './decoded-window';
import { Feeder } from './feeder';
import type { Layout } from './layout';
import type { Parts } from './parts';
import type { Sounding, Stage, Told } from './sounding';
import { stretchNode, type StretchNode } from './stretch';

const LOOK_EVERY_MS = 200;
const SOON_SECONDS = 0.03;
/** Decoded ahead: less, and it waits; so much, and it goes on. */
const TOO_LITTLE_SECONDS = 0.4;
const ENOUGH_SECONDS = 1.5;

/**
 * For browsers that give the sound of a fed media element to no audio graph: segments are decoded into memory, a
 * bounded stretch at a time, and the stretch node plays them from there in any key and at any tempo.
 */
export class Decoded implements Sounding {
  readonly #layout: Layout;
  readonly #parts: Parts;
  readonly #told: Told;
  readonly #position = signal(0);
  readonly #isWaiting = signal(false);
  readonly #fault = signal<Problem | null>(null);
  #stage: Stage | null = null;
  #node: StretchNode | null = null;
  #entering: Promise<void> | null = null;
  #window: DecodedWindow | null = null;
  #feeder: Feeder | null = null;
  #line: Line;
  #isRunning = false;
  #isMeantToPlay = false;
  #isClosed = false;
  #semitones = 0;
  #tempo = 1;
  #timer: ReturnType<typeof setInterval> | undefined;

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
    this.#isWaiting.set(!this.#isRunning);
    await (this.#entering ??= this.#enter(stage));
    if (!this.#isMeantToPlay || this.#isClosed) return;
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
    this.#line = { ...this.#line, from: seconds };
    this.#position.set(seconds);
    void this.#goTo(seconds);
  }

  async setKey(semitones: number): Promise<void> {
    this.#semitones = semitones;
    await this.#node?.schedule({ semitones });
  }

  setTempo(tempo: number): void {
    this.#tempo = tempo;
    if (this.#isRunning) this.#run();
  }

  resume(): void {
    this.#fault.set(null);
    this.#feeder?.start(this.#position());
  }

  close(): void {
    this.pause();
    this.#isClosed = true;
    this.#feeder?.stop();
    this.#node?.disconnect();
    void this.#node?.dropBuffers();
  }

  async #enter(stage: Stage): Promise<void> {
    this.#stage = stage;
    const node = await stretchNode(stage.context).catch((error: unknown) => {
      this.#told.cannot();
      throw error;
    });
    if (this.#isClosed) return;
    this.#node = node;
    node.connect(stage.mix.input);
    this.#window = new DecodedWindow(this.#layout, this.#parts, node, () => this.#position());
    this.#feeder = new Feeder(this.#layout, this.#parts, this.#window, (problem) => this.#fault.set(problem));
    await this.#goTo(this.#position());
  }

  async #goTo(seconds: number): Promise<void> {
    if (!this.#window || !this.#feeder) return;
    this.#isWaiting.set(this.#isMeantToPlay);
    this.#feeder.stop();
    await this.#feeder.settled();
    if (this.#position() !== seconds) return; // somebody has jumped on
    await this.#window.moveTo(seconds);
    this.#feeder.start(seconds);
    this.#look();
  }

  /** Whether there is enough to go on, whether the song is over, and where it is. */
  #look(): void {
    const { stage, window } = { stage: this.#stage, window: this.#window };
    if (!stage || !window || !this.#isMeantToPlay) return;
    if (this.#isRunning) this.#position.set(this.#heard(stage));
    const left = this.#layout.duration - this.#position();
    const there = window.has(this.#layout.at(this.#position())) ? window.reach - this.#position() : 0;
    this.#feeder?.look();
    if (left <= 0) {
      this.pause();
      this.#told.ended();
    } else if (this.#isRunning && there < Math.min(left, TOO_LITTLE_SECONDS)) {
      this.#halt();
      this.#isWaiting.set(true);
    } else if (!this.#isRunning && there >= Math.min(left, ENOUGH_SECONDS)) {
      this.#line = { at: stage.context.currentTime, from: this.#position(), rate: 0 };
      this.#isWaiting.set(false);
      this.#run();
    }
  }

  /** From here on at the tempo and in the key that are wanted. */
  #run(): void {
    if (!this.#stage || !this.#window) return;
    const at = this.#stage.context.currentTime + SOON_SECONDS;
    this.#line = turned(this.#line, at, this.#tempo);
    this.#isRunning = true;
    void this.#node?.schedule({
      active: true,
      outputTime: at,
      output: at,
      input: this.#line.from - this.#window.origin,
      rate: this.#tempo,
      semitones: this.#semitones,
    });
  }

  #halt(): void {
    if (!this.#isRunning || !this.#stage) return;
    this.#isRunning = false;
    this.#line = { at: 0, from: this.#heard(this.#stage), rate: 0 };
    this.#position.set(this.#line.from);
    void this.#node?.schedule({ active: false });
  }

  #heard({ context }: Stage): number {
    return Math.min(heardAt(this.#line, context.currentTime), this.#layout.duration);
  }
}
