import { computed, DestroyRef, effect, inject, Injectable, signal, untracked } from '@angular/core';

import type { Problem } from '@app/api/problem';
import { Heard } from '@app/listen/heard';
import { Player } from '@app/listen/player';

import { bounded, type Chosen, ChosenBefore } from './chosen';
import { Decoded } from './decoded';
import { Layout, SAMPLE_RATE } from './layout';
import { Mix } from './mix';
import { Parts } from './parts';
import { Preparing, type Singable } from './preparing';
import { canStream, type Sounding, type Stage, type Told } from './sounding';
import { Streamed } from './streamed';

const REST_AFTER_MS = 500;
/** The browser lets no song be taken apart, or has no audio graph. */
const UNPLAYABLE: Problem = { code: 'cannot-sing', status: 400 };

/** One song being sung: how it sounds, where it is, and the hands on it. Belongs to its screen and ends with it. */
@Injectable()
export class Singer {
  readonly #preparing = inject(Preparing);
  readonly #before = inject(ChosenBefore);
  readonly #player = inject(Player);
  readonly #heard = inject(Heard);
  readonly #songId = signal('');
  readonly #chosen = signal<Chosen>({ voice: 0, key: 0, tempo: 1 });
  readonly #sounding = signal<Sounding | null>(null);
  readonly #isPlaying = signal(false);
  readonly #isUnplayable = signal(false);
  readonly #hasKey = signal(true);
  #stage: Stage | null = null;
  #parts: Parts | null = null;
  #layout: Layout | null = null;
  #rest: ReturnType<typeof setTimeout> | undefined;

  readonly chosen = this.#chosen.asReadonly();
  readonly isPlaying = this.#isPlaying.asReadonly();
  /** Whether the browser can change the key; known once it has been tried. */
  readonly hasKey = this.#hasKey.asReadonly();
  readonly position = computed(() => this.#sounding()?.position() ?? 0);
  readonly duration = computed(() => {
    const singable = this.#preparing.singable();
    return singable ? new Layout(singable.segments).duration : 0;
  });
  readonly isWaiting = computed(() => this.#isPlaying() && (this.#sounding()?.isWaiting() ?? false));
  /** What is missing, once all that has come was heard. */
  readonly problem = computed(() => {
    if (this.#isUnplayable()) return UNPLAYABLE;
    const fault = this.#sounding()?.fault() ?? null;
    return this.isWaiting() || this.position() === 0 ? fault : null;
  });

  constructor() {
    effect(() => {
      const singable = this.#preparing.singable();
      untracked(() => this.#begin(singable));
    });
    effect(() => {
      if (this.#player.isPlaying()) untracked(() => this.pause());
    });
    effect(() => this.#heard.reached(this.position(), this.duration()));
    inject(DestroyRef).onDestroy(() => this.#leave());
  }

  /** The song that is to be sung. Its file comes from `Preparing`. */
  take(songId: string): void {
    this.#songId.set(songId);
    this.#chosen.set(this.#before.of(songId));
    void this.#preparing.want(songId);
  }

  toggle(): void {
    if (this.#isPlaying()) this.pause();
    else void this.play();
  }

  /** To be called from a tap: browsers let no page begin by itself. */
  async play(): Promise<void> {
    const sounding = this.#sounding();
    if (!sounding) return;
    this.#player.pause();
    clearTimeout(this.#rest);
    this.#isPlaying.set(true);
    const stage = (this.#stage ??= this.#newStage());
    if (this.duration() - this.position() < 0.3) sounding.seek(0);
    if (sounding.position() === 0) this.#heard.begin(this.#songId());
    try {
      await Promise.all([stage.context.resume(), sounding.play(stage)]);
    } catch {
      if (this.#sounding() === sounding) this.pause(); // the device wants a tap, or another song took its place
    }
  }

  pause(): void {
    if (!this.#isPlaying()) return;
    this.#isPlaying.set(false);
    this.#sounding()?.pause();
    const { context } = this.#stage ?? {};
    this.#rest = setTimeout(() => void context?.suspend(), REST_AFTER_MS); // a silent graph costs battery too
  }

  seek(seconds: number): void {
    this.#sounding()?.seek(Math.max(0, Math.min(seconds, this.duration())));
  }

  /** Ask again for what did not come. */
  again(): void {
    if (this.#sounding()) this.#sounding()?.resume();
    else void this.#preparing.want(this.#songId());
  }

  change(changes: Partial<Chosen>): void {
    const chosen = bounded({ ...this.#chosen(), ...changes });
    this.#chosen.set(chosen);
    this.#before.keep(this.#songId(), chosen);
    this.#apply(changes);
  }

  #begin(singable: Singable | null): void {
    this.#sounding()?.close();
    this.#sounding.set(null);
    this.#isPlaying.set(false);
    if (!singable) return;
    this.#layout = new Layout(singable.segments);
    this.#parts = new Parts(singable.url, () => this.#preparing.renewed());
    this.#sound(canStream() ? Streamed : Decoded, 0);
  }

  #sound(Way: typeof Streamed | typeof Decoded, from: number): void {
    if (!this.#layout || !this.#parts) return;
    const told: Told = {
      ended: () => this.pause(),
      stopped: () => this.pause(),
      cannot: () => this.#tryOtherWay(Way),
    };
    this.#sounding.set(new Way(this.#layout, this.#parts, from, told));
    this.#apply(this.#chosen());
  }

  /** Where a fed media element brings nothing to the graph, the song is decoded into memory. */
  #tryOtherWay(failed: typeof Streamed | typeof Decoded): void {
    const [before, wasPlaying] = [this.#sounding(), this.#isPlaying()];
    const from = before?.position() ?? 0;
    before?.close();
    this.#sounding.set(null);
    if (failed === Decoded) {
      this.#isPlaying.set(false);
      return this.#isUnplayable.set(true);
    }
    this.#sound(Decoded, from);
    if (wasPlaying) void this.play();
  }

  #apply({ voice, key, tempo }: Partial<Chosen>): void {
    if (voice !== undefined) this.#stage?.mix.setVoice(voice / 100);
    if (tempo !== undefined) this.#sounding()?.setTempo(tempo);
    if (key === undefined) return;
    this.#sounding()
      ?.setKey(key)
      .catch(() => this.#hasKey.set(false));
  }

  #newStage(): Stage {
    const context = new AudioContext({ sampleRate: SAMPLE_RATE });
    const mix = new Mix(context);
    mix.setVoice(this.#chosen().voice / 100);
    context.addEventListener('statechange', () => {
      if (context.state !== 'running' && context.state !== 'closed') this.pause(); // a call came in
    });
    return { context, mix };
  }

  #leave(): void {
    clearTimeout(this.#rest);
    this.#sounding()?.close();
    void this.#stage?.context.close();
  }
}
