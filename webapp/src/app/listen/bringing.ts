import { inject, Injectable } from '@angular/core';
import { firstValueFrom, map, type Observable, repeat, switchMap, takeWhile, timeout, last } from 'rxjs';

import { Api, type Schemas } from '@app/api/api';
import { isPassing, type Problem, problemOf } from '@app/api/problem';
import { readPlayback, withKept } from '@app/offline/kept-playback';
import { KeptSongs } from '@app/offline/kept-songs';
import { Session } from '@app/session/session';

import { playables, type Playback } from './versions';

const LOOK_EVERY_MS = 1_000;
const LONGEST_MS = 600_000;

/** Finds out what can be played of a song, and has it brought to the studio where it is not there yet. */
@Injectable({ providedIn: 'root' })
export class Bringing {
  readonly #api = inject(Api);
  readonly #keptSongs = inject(KeptSongs);
  readonly #session = inject(Session);

  /** What is kept on this device, with or without a network. Null where that is nothing, or not all there any more. */
  async kept(songId: string): Promise<Playback | null> {
    const song = this.#keptSongs.find(songId);
    const person = this.#session.personId();
    if (!song?.files.length || person === null) return null;
    const playback = await readPlayback(person, songId, song.files).catch(() => null);
    if (playback) this.#keptSongs.change(songId, { usedAt: Date.now() });
    return playback;
  }

  /**
   * As the studio has it now, or where it can't be asked as it is kept here. Rejects with a `Problem`. Links to what is
   * not kept here work for half an hour.
   */
  async playback(songId: string): Promise<Playback> {
    const playback = await firstValueFrom(this.#playback(songId)).catch(async (error: unknown) => {
      const kept = isPassing(problemOf(error)) ? await this.kept(songId) : null;
      if (!kept) throw error;
      return kept;
    });
    const person = this.#session.personId();
    const files = this.#keptSongs.find(songId)?.files ?? [];
    return person === null ? playback : withKept(playback, person, files).catch(() => playback);
  }

  /** The same, and there is something that browsers play. */
  async playable(songId: string): Promise<Playback> {
    const playback = await this.playback(songId);
    return playables(playback).length ? playback : this.bring(songId);
  }

  /** The same, once the studio has got it. */
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
