const UNITS = ['kilobyte', 'megabyte', 'gigabyte'] as const;

/** `7.2 MB`, as a language writes it. */
export function bytesIn(language: string, bytes: number): string {
  const power = Math.min(2, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3) - 1));
  const value = bytes / 1000 ** (power + 1);
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: UNITS[power] ?? 'megabyte',
    maximumFractionDigits: value < 10 ? 1 : 0,
  }).format(value);
}
