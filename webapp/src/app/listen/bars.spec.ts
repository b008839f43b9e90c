import { barsOf, heights } from './bars';

const lines = (path: string) => path.split('M').length - 1;

describe('Bars', () => {
  it('shows the loudest of each stretch, as a share of the loudest of all', () => {
    expect(heights([0, 50, 100, 25], 2)).toEqual([0.5, 1]);
    expect(heights([200, 100], 4)).toEqual([1, 1, 0.5, 0.5]);
  });

  it('takes the voice from the bars it has been lifted from', () => {
    const { music, voice } = barsOf([1, 1, 1, 1], (bar) => bar >= 3);
    expect(lines(music)).toBe(4);
    expect(lines(voice)).toBe(2);
  });

  it('draws the voice alone where there is no music', () => {
    const { music, voice } = barsOf([1, 0.5], () => true, false);
    expect(music).toBe('');
    expect(lines(voice)).toBe(2);
  });
});
