import { making, putting, saving, takenOutIn, wishesIn } from './deeds';
import type { Errand, Waiting } from './errands';

const waiting = (...deeds: Omit<Errand, 'person'>[]): Waiting[] =>
  deeds.map((deed, number) => ({ ...deed, person: 'asha', number, since: 0, tries: 0 }));

it('what waits is shown as if it were done', () => {
  const all = waiting(
    saving('one', true),
    saving('two', false),
    putting('list', 'one', false),
    putting('list', 'two', true),
    putting('other', 'three', false),
  );
  expect(wishesIn(all)).toEqual({ one: true, two: false });
  expect([...takenOutIn(all, 'list')]).toEqual(['one']);
});

it('deeds about one thing are one, wishes for a conversion each their own', () => {
  expect(saving('one', true).about).toBe(saving('one', false).about);
  expect(putting('list', 'one', true).about).toBe(putting('list', 'one', false).about);
  expect(saving('one', true).about).not.toBe(saving('two', true).about);
  const wish = making('one', 'Kesariya', { stems: 'instrumental' }, 'a-name');
  expect(wish.headers).toEqual({ 'Idempotency-Key': 'a-name' });
  expect(wish.about).not.toBe(making('one', 'Kesariya', { stems: 'instrumental' }, 'another').about);
});
