import { computed, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { Store } from '@ngrx/store';
import { firstValueFrom } from 'rxjs';

import { Api, type Schemas } from '@app/api/api';
import { problemOf, type Problem } from '@app/api/problem';
import { Bringing } from '@app/listen/bringing';
import type { Playback } from '@app/listen/versions';
import { isOpen, jobActions, jobs } from '@app/making/jobs.state';
import { Keeping } from '@app/offline/keeping';
import { Session } from '@app/session/session';

/** A song whose music and voice lie side by side. */
export interface Singable {
  readonly playback: Playback;
  readonly url: string;
  readonly segments: Schemas['Segments'];
}

/** Gets a song ready to sing: looks whether its file is there, has it made where it is not, and waits for it. */
@Injectable()
export class Preparing {
  readonly #api = inject(Api);
  readonly #bringing = inject(Bringing);
  readonly #keeping = inject(Keeping);
  readonly #session = inject(Session);
  readonly #store = inject(Store);
  readonly #songId = signal('');
  readonly #jobId = signal<string | null>(null);
  readonly #playback = signal<Playback | null>(null);
  readonly #singable = signal<Singable | null>(null);
  readonly #problem = signal<Problem | null>(null);
  readonly #isCancelled = signal(false);
  readonly #all = this.#store.selectSignal(jobs.selectEntities);

  /** What is known of the song. */
  readonly playback = this.#playback.asReadonly();
  readonly singable = this.#singable.asReadonly();
  readonly problem = this.#problem.asReadonly();
  /** Somebody wants no more of it; `want` begins again. */
  readonly isCancelled = this.#isCancelled.asReadonly();
  /** What it is waited for; null before that is known. */
  readonly job = computed(() => this.#all()[this.#jobId() ?? ''] ?? null);

  constructor() {
    effect(() => {
      const job = this.job();
      if (job && !isOpen(job)) untracked(() => void this.#jobEnded(job.status, job.error?.code));
    });
  }

  /** Begins, or begins again. Never rejects: what went wrong is `problem`. */
  async want(songId: string): Promise<void> {
    this.#songId.set(songId);
    this.#jobId.set(null);
    this.#playback.set(null);
    this.#singable.set(null);
    this.#problem.set(null);
    this.#isCancelled.set(false);
    await this.#tellingProblems(songId, async () => {
      const playback = await this.#bringing.playback(songId);
      if (this.#songId() !== songId) return;
      this.#playback.set(playback);
      this.#keeping.follow(songId, playback);
      const singable = singableOf(playback);
      if (singable) this.#singable.set(singable);
      else await this.#ask(songId);
    });
  }

  /** A fresh link to the same file. Rejects with a `Problem`. */
  async renewed(): Promise<string> {
    const singable = singableOf(await this.#bringing.playback(this.#songId()));
    if (!singable) throw { code: 'not-found', status: 404 } satisfies Problem;
    return singable.url;
  }

  cancel(): void {
    const job = this.job();
    if (job) this.#store.dispatch(jobActions.cancel({ id: job.id }));
  }

  async #ask(songId: string): Promise<void> {
    const isFast = this.#session.user()?.preferences['quality'] === 'fast';
    const body = { song_id: songId, stems: 'sing', ...(isFast && { quality: 'fast' as const }) } as const;
    const header = { 'Idempotency-Key': crypto.randomUUID() };
    const asked = await firstValueFrom(
      this.#api.post('/api/v1/audio/convert-to-instrumental', { body, header }),
    );
    if (this.#songId() !== songId) return;
    this.#store.dispatch(jobActions.arrived({ jobs: asked.jobs }));
    this.#jobId.set(asked.jobs[0]?.id ?? null);
  }

  async #jobEnded(status: Schemas['Job']['status'], code: string | undefined): Promise<void> {
    const songId = this.#songId();
    this.#jobId.set(null);
    if (status === 'cancelled') return this.#isCancelled.set(true);
    if (status === 'failed') return this.#problem.set({ code: code ?? 'other', status: 500 });
    await this.#tellingProblems(songId, async () => {
      const playback = await this.#bringing.playback(songId);
      this.#keeping.follow(songId, playback);
      if (this.#songId() !== songId) return;
      const singable = singableOf(playback);
      if (singable) this.#singable.set(singable);
      else this.#problem.set({ code: 'other', status: 500 });
    });
  }

  async #tellingProblems(songId: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (this.#songId() === songId) this.#problem.set(problemOf(error));
    }
  }
}

/** The newest that can be sung to. */
export function singableOf(playback: Playback): Singable | null {
  for (const { stem, file, segments } of playback.renditions)
    if (stem === 'sing' && segments) return { playback, url: file.url, segments };
  return null;
}
