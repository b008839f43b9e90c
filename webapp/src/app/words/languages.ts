/** The languages that the player speaks, and the way each is written. Names come from the browser (`Intl`). */
export const LANGUAGES = ['en', 'hi', 'ta', 'te', 'bn', 'mr', 'gu', 'kn', 'ml', 'pa', 'ur'] as const;
export type Language = (typeof LANGUAGES)[number];

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set<Language>(['ur']);

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr';
}

export function isLanguage(value: unknown): value is Language {
  return (LANGUAGES as readonly unknown[]).includes(value);
}

/** The first language that the person reads and we speak; English where there is none. */
export function preferred(wanted: readonly string[]): Language {
  return wanted.map((tag) => tag.split('-')[0]?.toLowerCase()).find(isLanguage) ?? 'en';
}

/** A language's name in another language, or in itself: `nameOf('ta', 'ta')` is தமிழ். */
export function nameOf(code: string, inLanguage: string): string {
  try {
    return new Intl.DisplayNames([inLanguage], { type: 'language', fallback: 'code' }).of(code) ?? code;
  } catch {
    return code; // a source may have told something that is no language tag
  }
}

/** A country's name in a language: `nameOfCountry('IN', 'ta')` is இந்தியா. */
export function nameOfCountry(region: string, inLanguage: string): string {
  return new Intl.DisplayNames([inLanguage], { type: 'region' }).of(region) ?? region;
}
