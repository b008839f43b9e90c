import type { Job } from './jobs.state';
import { shapeInWords, signed, standingInWords } from './job-words';

const t = (key: string, values: Record<string, unknown> = {}) => [key, ...Object.values(values)].join(' ');
const JOB = {
  status: 'queued',
  place: 2,
  estimated_time: 14,
  stem: 'instrumental',
  key: -2,
  tempo: 0.9,
  guide_vocal: 0,
} as Job;

describe('What is said of a job', () => {
  it('tells the place in the queue and the time', () => {
    expect(standingInWords(JOB, t)).toBe('jobs.ahead 2 · jobs.seconds 14');
    expect(standingInWords({ ...JOB, place: 0, estimated_time: 0 }, t)).toBe('jobs.next');
    expect(standingInWords({ ...JOB, status: 'processing' }, t)).toBe('jobs.removing · jobs.seconds 14');
  });

  it('names what is other than usual', () => {
    expect(shapeInWords(JOB, t)).toBe('listen.instrumental · making.key −2 · making.tempo 90 %');
    const toSing = { ...JOB, stem: 'sing', key: 0, tempo: 1 } as const;
    expect(shapeInWords(toSing, t)).toBe('making.sing');
    expect([signed(3), signed(0)]).toEqual(['+3', '0']);
  });
});
