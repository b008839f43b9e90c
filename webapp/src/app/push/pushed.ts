import { stored } from '@app/ui/stored';

/** Who is told in this browser, and what the studio calls that. */
interface Pushed {
  readonly person: string;
  readonly subscription: string;
}

export const NOBODY: Pushed = { person: '', subscription: '' };

export const pushed = stored<Pushed>('melody.push', NOBODY, (value) => {
  const { person, subscription } = (value ?? {}) as Partial<Pushed>;
  return typeof person === 'string' && typeof subscription === 'string';
});
