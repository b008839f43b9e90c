/** The languages that the player speaks, and the way each is written. Other names come from the browser (`Intl`). */
export const LANGUAGES = ['en', 'hi', 'ta', 'te', 'bn', 'mr', 'gu', 'kn', 'ml', 'pa', 'ur'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each language's name in itself. To ask the browser for all eleven holds a phone's first screen up by 0.1 s. */
const OWN_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  hi: 'हिन्दी',
  ta: 'தமிழ்',
  te: 'తెలుగు',
  bn: 'বাংলা',
  mr: 'मराठी',
  gu: 'ગુજરાતી',
  kn: 'ಕನ್ನಡ',
  ml: 'മലയാളം',
  pa: 'ਪੰਜਾਬੀ',
  ur: 'اردو',
};

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

/** A language's name in itself: `ownNameOf('ta')` is தமிழ். */
export function ownNameOf(code: string): string {
  return isLanguage(code) ? OWN_NAMES[code] : nameOf(code, namesIn(code));
}

/** What languages are called in one of them. It takes milliseconds to make: make it once. */
export function namesIn(language: string): Intl.DisplayNames | null {
  try {
    return new Intl.DisplayNames([language], { type: 'language', fallback: 'code' });
  } catch {
    return null; // a source may have told something that is no language tag
  }
}

/** A language's name: `nameOf('ta', namesIn('en'))` is Tamil. */
export function nameOf(code: string, names: Intl.DisplayNames | null): string {
  try {
    return names?.of(code) ?? code;
  } catch {
    return code;
  }
}

/** A country's name in a language: `nameOfCountry('IN', 'ta')` is இந்தியா. */
export function nameOfCountry(region: string, inLanguage: string): string {
  return new Intl.DisplayNames([inLanguage], { type: 'region' }).of(region) ?? region;
}
