import type { Colours } from './launch';

/** From here on a ground counts as a light one (WCAG's relative luminance, where black and white contrast alike). */
const MIDDLE = 0.179;

/**
 * Telegram's ground and text for the page; what lies between them is mixed from both, so that it can be read in any
 * theme. Pink, teal and marigold stay, in their shades for the scheme that is answered; null without colours.
 */
export function dress(
  root: HTMLElement,
  { bg_color: ground, text_color: text }: Colours,
): 'light' | 'dark' | null {
  if (!ground || !text) return null;
  const mixed = (percent: number) => `color-mix(in oklab, ${text} ${percent}%, ${ground})`;
  const dressed = {
    '--ground': ground,
    '--surface': mixed(4),
    '--raised': mixed(9),
    '--line': mixed(16),
    '--edge': mixed(55),
    '--text': text,
    '--quiet': mixed(76),
  };
  for (const [name, value] of Object.entries(dressed)) root.style.setProperty(name, value);
  return luminance(ground) > MIDDLE ? 'light' : 'dark';
}

/** WCAG 2.2, relative luminance of `#rrggbb`. */
export function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((place) => parseInt(colour.slice(place, place + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
