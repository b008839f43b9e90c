import type { Key } from '@app/words/catalogue';

import type { Job } from './jobs.state';

type Say = (key: Key, values?: Readonly<Record<string, string | number>>) => string;

/** `Key −2 · Tempo 90 % · Voice 20 %`: what is other than usual. */
export function shapeInWords(job: Pick<Job, 'key' | 'tempo' | 'guide_vocal' | 'stem'>, t: Say): string {
  const kind = {
    instrumental: 'listen.instrumental',
    vocals: 'making.vocals',
    mix: 'listen.whole',
    sing: 'making.sing',
  } as const;
  return [
    t(kind[job.stem]),
    job.key && `${t('making.key')} ${signed(job.key)}`,
    job.tempo !== 1 && `${t('making.tempo')} ${Math.round(job.tempo * 100)} %`,
    job.guide_vocal && `${t('making.guide')} ${job.guide_vocal} %`,
  ]
    .filter(Boolean)
    .join(' · ');
}

/** `Taking the voice out · 6 s left`, `2 songs ahead · about 14 s`. */
export function standingInWords(job: Job, t: Say): string {
  if (job.status === 'failed') return t('jobs.failed');
  if (job.status === 'cancelled') return t('jobs.cancelled');
  const left = job.estimated_time > 0 ? t('jobs.seconds', { count: job.estimated_time }) : '';
  const now =
    job.status === 'queued'
      ? t('jobs.ahead', { count: job.place })
      : t(job.stem === 'mix' ? 'jobs.bringing' : 'jobs.removing');
  return [job.status === 'queued' && !job.place ? t('jobs.next') : now, left].filter(Boolean).join(' · ');
}

export function signed(semitones: number): string {
  return semitones > 0 ? `+${semitones}` : semitones < 0 ? `−${-semitones}` : '0';
}
