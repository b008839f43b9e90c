/**
 * Where kept audio is: in a cache of its person, each file at an address that no server has and only our service
 * worker answers. The name in it is the file's hash, so a link that was signed anew is still the same file.
 */
const KEPT = /^\/kept\/([\w-]+)\/[\w-]+$/;
const KEPT_FILE = /^\/kept\/[\w-]+\/([0-9a-f]{64})$/;
const SIGNED = /^\/files\/[^/]+\/[^/]+\/([0-9a-f]{64})\/[^/]+$/;

/** All that this device keeps of somebody begins so, and ends with who they are. */
export const OURS = 'melody-';

export function keptCache(person: string): string {
  return `${OURS}kept-${person}`;
}

/** `name` is a file's hash, or the id of a song for what is known of its files. */
export function keptAddress(person: string, name: string): string {
  return `/kept/${person}/${name}`;
}

/** Whose file an address is of; null for all other addresses. */
export function keeperOf(path: string): string | null {
  return KEPT.exec(path)?.[1] ?? null;
}

/** The hash that a signed link or a kept address names; null for links of another form, which can't be kept. */
export function hashIn(link: string): string | null {
  return (SIGNED.exec(link) ?? KEPT_FILE.exec(link))?.[1] ?? null;
}
