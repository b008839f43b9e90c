import { answered } from './kept-audio';

const TEXT = Array.from({ length: 1000 }, (_, index) => String.fromCharCode(65 + (index % 26))).join('');

describe('a kept file', () => {
  const asked = async (range: string | null) => answered(await new Response(TEXT).blob(), 'audio/mp4', range);

  it('is whole for whoever asks for no part', async () => {
    const answer = await asked(null);
    const { status, headers } = answer;
    expect([status, headers.get('Content-Length'), headers.get('Accept-Ranges')]).toEqual([
      200,
      '1000',
      'bytes',
    ]);
    expect(headers.get('Cache-Control')).toBe('no-store');
    expect(await answer.text()).toBe(TEXT);
  });

  it.each([
    ['bytes=0-', 0, 999],
    ['bytes=0-0', 0, 0],
    ['bytes=500-9999', 500, 999],
    ['bytes=-200', 800, 999],
    ['bytes=-5000', 0, 999],
    ['bytes = 10 - 19', 10, 19],
  ])('gives %s from %i to %i', async (range, first, last) => {
    const answer = await asked(range);
    const { status, headers } = answer;
    expect([status, headers.get('Content-Range')]).toEqual([
      206,
      `bytes ${String(first)}-${String(last)}/1000`,
    ]);
    expect(headers.get('Content-Length')).toBe(String(last - first + 1));
    expect(headers.get('Content-Type')).toBe('audio/mp4');
    expect(await answer.text()).toBe(TEXT.slice(first, last + 1));
  });

  it.each(['bytes=1000-', 'bytes=5000-6000', 'bytes=-0'])('has nothing at %s', async (range) => {
    const { status, headers } = await asked(range);
    expect([status, headers.get('Content-Range')]).toEqual([416, 'bytes */1000']);
  });

  it.each(['bytes=9-2', 'bytes=a-b', 'seconds=0-1', 'bytes=0-1,5-6', 'bytes=-'])(
    'is whole for %s, which cannot be read',
    async (range) => expect((await asked(range)).status).toBe(200),
  );
});
