import { heardAt, heardThrough, turned } from './clock';

describe('The clock', () => {
  it('runs with the song, at its tempo', () => {
    const line = { at: 10, from: 60, rate: 0.5 };
    expect(heardAt(line, 14)).toBe(62);
    expect(heardAt(line, 9)).toBe(60); // not before it has begun
  });

  it('goes on where it was when the tempo changes', () => {
    const slower = turned({ at: 10, from: 60, rate: 1 }, 12, 0.8);
    expect(heardAt(slower, 12)).toBe(62);
    expect(heardAt(slower, 17)).toBeCloseTo(66);
  });

  it('takes off what is still on its way to the ear', () => {
    expect(heardThrough(0.12, 30, 1, 0)).toBeCloseTo(29.88);
    expect(heardThrough(0.12, 30, 0.7, 0)).toBeCloseTo(29.916);
  });

  it('stays where one jumped to until that is heard', () => {
    expect(heardThrough(0.12, 45.05, 1, 45)).toBe(45);
    expect(heardThrough(0.12, 45.5, 1, 45)).toBeCloseTo(45.38);
  });
});
