import { ChangeDetectionStrategy, Component, computed, effect, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { Store } from '@ngrx/store';

import { OnStage } from '@app/listen/on-stage';
import { Player } from '@app/listen/player';
import { Wave } from '@app/listen/wave';
import { Outbox } from '@app/outbox/outbox';
import { Session } from '@app/session/session';
import { Cover } from '@app/songs/cover';
import { SongRowsWaiting } from '@app/songs/song-rows-waiting';
import { Trouble } from '@app/trouble/trouble';
import { Icon } from '@app/ui/icon';
import { Words } from '@app/words/words';

import { JobCard } from './job-card';
import { shapeInWords, standingInWords } from './job-words';
import { type Job, jobActions, jobs } from './jobs.state';

/** What is being made just now, what waits, and what is ready. */
@Component({
  selector: 'ms-making-screen',
  imports: [Cover, Icon, JobCard, MatButton, RouterLink, SongRowsWaiting, Trouble, Wave],
  templateUrl: './making-screen.html',
  styleUrl: './making-screen.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class MakingScreen {
  readonly #store = inject(Store);
  readonly #player = inject(Player);
  readonly #onStage = inject(OnStage);
  readonly #outbox = inject(Outbox);
  protected readonly t = inject(Words).t;
  protected readonly open = this.#store.selectSignal(jobs.selectOpen);
  readonly #ready = this.#store.selectSignal(jobs.selectReady);
  readonly #notMade = this.#store.selectSignal(jobs.selectNotMade);
  /** What is over, each under its heading, as far as there is anything. */
  protected readonly over = computed(() =>
    [
      { name: 'ready', heading: 'jobs.ready', jobs: this.#ready() } as const,
      { name: 'not-made', heading: 'jobs.not-made', jobs: this.#notMade() } as const,
    ].filter(({ jobs }) => jobs.length > 0),
  );
  protected readonly progress = this.#store.selectSignal(jobs.selectProgress);
  protected readonly problem = this.#store.selectSignal(jobs.selectProblem);
  /** Asked for without a network. */
  protected readonly waiting = computed(() =>
    this.#outbox.waiting().filter(({ about }) => about.startsWith('making:')),
  );
  protected readonly next = this.#store.selectSignal(jobs.selectNext);

  constructor() {
    const session = inject(Session);
    effect(() => {
      if (session.personId() !== null) this.watch();
    });
  }

  protected watch(): void {
    this.#store.dispatch(jobActions.watched());
  }

  protected more(): void {
    this.#store.dispatch(jobActions.pageWanted());
  }

  protected cancel(id: string): void {
    this.#store.dispatch(jobActions.cancel({ id }));
  }

  protected play(job: Job): void {
    if (job.song_id === null || job.stem === 'sing') return;
    this.#onStage.set();
    const track = {
      id: job.song_id,
      title: job.title,
      artist: job.artist ?? '',
      language: null,
      thumbnail_url: null,
    };
    this.#player.start([track], 0, job.stem === 'mix' ? 'whole' : job.stem);
  }

  /** The same wish once more. */
  protected again(job: Job): void {
    if (job.song_id === null) return;
    const { stem, key, tempo, guide_vocal, quality } = job;
    const wish = stem === 'mix' ? { stems: stem } : { stems: stem, key, tempo, guide_vocal, quality };
    const { song_id: songId, title } = job;
    this.#store.dispatch(jobActions.wanted({ songId, title, wish, name: crypto.randomUUID() }));
  }

  protected factsOf(job: Job): string {
    return job.status === 'completed' ? shapeInWords(job, this.t) : standingInWords(job, this.t);
  }
}
