import { TestBed } from '@angular/core/testing';

import { preferred } from './languages';
import { Words } from './words';

describe('Words', () => {
  beforeEach(() => localStorage.clear());

  it('speaks the language that was chosen, in its direction, and remembers it', async () => {
    const words = TestBed.inject(Words);
    await words.start();
    expect(words.t('search.title')).toBe('What shall we sing?');

    await words.choose('ur');
    expect(words.t('search.title')).toBe('کیا گائیں؟');
    expect([document.documentElement.lang, document.documentElement.dir]).toEqual(['ur', 'rtl']);
    expect(localStorage.getItem('melody.language')).toBe('ur');

    await words.choose('en');
    expect(document.documentElement.dir).toBe('ltr');
  });

  it('fills in names and takes the form that goes with the number', async () => {
    const words = TestBed.inject(Words);
    await words.start();
    expect(words.t('search.found', { count: 1 })).toBe('1 song');
    expect(words.t('search.found', { count: 1200 })).toBe('1,200 songs');
    expect(words.t('search.nothing', { query: '{count}$&' })).toBe('No song for “{count}$&”');
  });

  it('ignores a remembered language that it does not speak', () => {
    localStorage.setItem('melody.language', 'xx');
    expect(TestBed.inject(Words).language()).toBe('en');
  });
});

describe('languages', () => {
  it('takes the first one that both know', () => {
    expect(preferred(['fr-FR', 'ta-IN', 'hi'])).toBe('ta');
    expect(preferred(['fr'])).toBe('en');
  });
});
