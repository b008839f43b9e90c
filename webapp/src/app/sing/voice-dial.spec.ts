import { shareAt } from './voice-dial';

describe('The dial', () => {
  it('runs from below left over the top to below right', () => {
    expect(shareAt(-1, 1, 0.5)).toBeCloseTo(0);
    expect(shareAt(0, -1, 0.5)).toBeCloseTo(0.5);
    expect(shareAt(1, 1, 0.5)).toBeCloseTo(1);
    expect(shareAt(1, 0, 0.5)).toBeCloseTo(5 / 6);
  });

  it('stays at its nearer end in the gap below', () => {
    expect(shareAt(0.1, 1, 0.9)).toBe(1);
    expect(shareAt(0.1, 1, 0.1)).toBe(0);
  });

  it('never leaps across the gap', () => {
    expect(shareAt(1, 0.95, 0)).toBe(0);
    expect(shareAt(-1, 0.95, 1)).toBe(1);
  });
});
