import { en } from './catalogues/en';
import { LANGUAGES } from './languages';
import { CATALOGUES } from './loading';
import type { Text } from './text';

const textsOf = (text: Text): string[] => (typeof text === 'string' ? [text] : Object.values(text));
const namesIn = (text: Text): string[] =>
  [...new Set(textsOf(text).flatMap((one) => one.match(/\{\w+\}/g) ?? []))].sort();

describe.each(LANGUAGES)('the catalogue of %s', (language) => {
  it('fills in what the English one does, and leaves nothing empty', async () => {
    const catalogue = await CATALOGUES[language]();
    for (const [key, english] of Object.entries(en) as [keyof typeof en, Text][]) {
      expect(namesIn(catalogue[key]), key).toEqual(namesIn(english));
      for (const text of textsOf(catalogue[key])) expect(text.trim(), key).not.toBe('');
    }
  });

  it('has a text for every number that the language tells apart', async () => {
    const { 'search.found': found } = await CATALOGUES[language]();
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    expect(Object.keys(found).sort()).toEqual(pluralCategories.sort());
  });
});
