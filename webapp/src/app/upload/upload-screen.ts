import { ChangeDetectionStrategy, Component, computed, DestroyRef, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { ActivatedRoute } from '@angular/router';
import { Store } from '@ngrx/store';
import type { Subscription } from 'rxjs';

import { type Problem, problemOf, wordsFor } from '@app/api/problem';
import { ListenButton } from '@app/listen/listen-button';
import { Wave } from '@app/listen/wave';
import { MakeSheet } from '@app/making/make-sheet';
import { SingButton } from '@app/sing/sing-button';
import { BackButton } from '@app/song/back-button';
import { Cover } from '@app/songs/cover';
import { type Song, songActions } from '@app/songs/songs.state';
import type { Key } from '@app/words/catalogue';
import { Words } from '@app/words/words';

import { Sending } from './sending';
import { takeShared } from './shared-file';

const MOST_BYTES = 200_000_000;
const COMPLAINTS: Readonly<Record<string, Key>> = {
  'too-large': 'upload.too-large',
  'too-long': 'upload.too-long',
  'too-short': 'upload.not-audio',
  'not-audio': 'upload.not-audio',
  'unsupported-format': 'upload.not-audio',
  damaged: 'upload.damaged',
  empty: 'upload.damaged',
};

/** Brings a recording of one's own: dropped or chosen, sent, and then heard or made without its singer. */
@Component({
  selector: 'ms-upload-screen',
  imports: [BackButton, Cover, ListenButton, MakeSheet, MatButton, SingButton, Wave],
  templateUrl: './upload-screen.html',
  styleUrl: './upload-screen.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class UploadScreen {
  readonly #sending = inject(Sending);
  readonly #store = inject(Store);
  #upload: Subscription | null = null;
  protected readonly t = inject(Words).t;
  protected readonly peaks = Array.from(
    { length: 60 },
    (_, bar) => 60 + 190 * Math.abs(Math.sin(bar / 4) * Math.cos(bar / 13)),
  );

  protected readonly isOver = signal(false);
  protected readonly name = signal('');
  protected readonly share = signal<number | null>(null);
  protected readonly song = signal<Song | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly percent = computed(() => Math.floor((this.share() ?? 0) * 100));
  protected readonly complaint = computed<Key>(() => {
    const problem = this.problem();
    return (
      (problem && COMPLAINTS[problem.code]) ?? wordsFor(problem ?? { code: 'other', status: 0 }).headline
    );
  });

  constructor() {
    inject(DestroyRef).onDestroy(() => this.#upload?.unsubscribe());
    void this.#takeShared();
  }

  protected choose(field: HTMLInputElement): void {
    const file = field.files?.[0];
    if (file) this.#send(file);
  }

  protected drag(event: DragEvent, isOver: boolean): void {
    event.preventDefault();
    this.isOver.set(isOver);
  }

  protected drop(event: DragEvent): void {
    this.drag(event, false);
    const file = event.dataTransfer?.files[0];
    if (file) this.#send(file);
  }

  protected cancel(): void {
    this.#upload?.unsubscribe();
    this.share.set(null);
  }

  protected startAnew(): void {
    this.song.set(null);
  }

  /** What another app has handed over goes on by itself: that it shall was said there. */
  async #takeShared(): Promise<void> {
    if (inject(ActivatedRoute).snapshot.queryParamMap.get('shared') === null) return;
    const file = await takeShared().catch(() => null);
    if (file) this.#send(file);
  }

  #send(file: File): void {
    this.problem.set(null);
    if (file.size > MOST_BYTES) {
      this.problem.set({ code: 'too-large', status: 413 });
      return;
    }
    this.name.set(file.name);
    this.share.set(0);
    this.#upload = this.#sending.send(file).subscribe({
      next: (sent) => {
        if ('share' in sent) this.share.set(sent.share);
        else this.#welcome(sent.song);
      },
      error: (error: unknown) => {
        this.share.set(null);
        this.problem.set(problemOf(error));
      },
    });
  }

  #welcome(song: Song): void {
    this.#store.dispatch(songActions.arrived({ songs: [song] }));
    this.share.set(null);
    this.song.set(song);
  }
}
