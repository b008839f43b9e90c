import { LANGUAGES, nameOf, namesIn, ownNameOf } from './languages';

describe('the names of languages', () => {
  it.each(LANGUAGES)('is %s by its own name, as the browser has it', (code) => {
    expect(ownNameOf(code)).toBe(new Intl.DisplayNames([code], { type: 'language' }).of(code));
  });

  it('asks the browser for those that the player does not speak', () => {
    expect(ownNameOf('es')).toBe('español');
    expect(nameOf('ta', namesIn('en'))).toBe('Tamil');
  });

  it('leaves as it is what is no language', () => {
    expect(ownNameOf('!?')).toBe('!?');
    expect(nameOf('!?', namesIn('en'))).toBe('!?');
  });
});
