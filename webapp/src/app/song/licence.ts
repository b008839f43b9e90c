/** The licences of Creative Commons by the names they are known by everywhere; these are not translated. */
const NAMES: Readonly<Record<string, string>> = {
  cc0: 'CC0',
  pdm: 'Public domain',
  by: 'CC BY',
  'by-sa': 'CC BY-SA',
  'by-nc': 'CC BY-NC',
  'by-nc-sa': 'CC BY-NC-SA',
  'by-nd': 'CC BY-ND',
  'by-nc-nd': 'CC BY-NC-ND',
};

/** Null where the song is under no such licence, or under one that nobody knows. */
export function licenceName(code: string | null): string | null {
  return (code && NAMES[code]) || null;
}
