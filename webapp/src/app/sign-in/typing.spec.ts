import { digitsOf } from './code-form';
import { takenApart } from './countries';

describe('what is typed', () => {
  it.each([
    ['Your code is 048 392.', '048392'],
    ['०४८३९२', '048392'],
    ['௦௪௮௩௯௨', '048392'],
    ['1234567', '123456'],
    ['none', ''],
  ])('%s holds the digits %s', (text, digits) => expect(digitsOf(text)).toBe(digits));

  it.each([
    ['+91 98123 45678', 'IN', '9812345678'],
    ['0044 7911 123456', 'GB', '7911123456'],
    ['+1 202 555 0123', 'US', '2025550123'],
  ])('%s comes with its country %s', (text, region, rest) => {
    expect(takenApart(text)).toMatchObject({ country: { region }, rest });
  });

  it('has no country without a plus', () => expect(takenApart('98123 45678')).toBeNull());
});
