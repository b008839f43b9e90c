import { inject, Injectable } from '@angular/core';
import { firstValueFrom, map, type Observable, repeat, switchMap, takeWhile, timeout, last } from 'rxjs';

import { Api, type Schemas } from '@app/api/api';
import type { Problem } from '@app/api/problem';

import { playables, type Playback } from './versions';

const LOOK_EVERY_MS = 1_000;
const LONGEST_MS = 600_000;

/** Finds out what can be played of a song, and has it brought to the studio where it is not there yet. */
@Injectable({ providedIn: 'root' })
export class Bringing {
  readonly #api = inject(Api);

  /** Rejects with a `Problem`. The links in it work for half an hour. */
  playback(songId: string): Promise<Playback> {
    return firstValueFrom(this.#playback(songId));
  }

  /** The same, once there is something that browsers play. */
  bring(songId: string): Promise<Playback> {
    return firstValueFrom(
      this.#api
        .post('/api/v1/audio/convert-to-instrumental', { body: { song_id: songId, stems: 'mix' } })
        .pipe(
          switchMap((started) => this.#untilOver('id' in started ? started.id : (started.jobs[0]?.id ?? ''))),
          map((job) => {
            if (job.status !== 'completed') throw problemWith(job);
          }),
          switchMap(() => this.#playback(songId)),
          map((playback) => {
            if (!playables(playback).length)
              throw { code: 'audio-not-offered', status: 404 } satisfies Problem;
            return playback;
          }),
        ),
    );
  }

  #playback(songId: string): Observable<Playback> {
    return this.#api.get('/api/v1/audio/songs/{song_id}/playback', { path: { song_id: songId } });
  }

  #untilOver(jobId: string): Observable<Schemas['Job']> {
    return this.#api.get('/api/v1/audio/conversion-status/{job_id}', { path: { job_id: jobId } }).pipe(
      repeat({ delay: LOOK_EVERY_MS }),
      takeWhile(({ status }) => status === 'queued' || status === 'processing', true),
      last(),
      timeout(LONGEST_MS),
    );
  }
}

function problemWith(job: Schemas['Job']): Problem {
  return { code: job.error?.code ?? 'other', status: 500 };
}
