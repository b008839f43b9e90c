/** What other apps hand over in words: a title, some text, a link, any of them missing or in the wrong place. */
export interface SharedWords {
  readonly title?: string | null;
  readonly text?: string | null;
  readonly url?: string | null;
}

const LONGEST = 200;
const LINK = /https?:\/\/\S+/i;
const OWN_SONG = /^\/song\/[0-9a-f-]{36}$/;

/** Where it leads in the player: to a song of this studio, to a search for it, or to the upload for nothing at all. */
export function placeFor({ title, text, url }: SharedWords, origin: string): string {
  const link = LINK.exec(url ?? '')?.[0] ?? LINK.exec(text ?? '')?.[0];
  if (link && URL.canParse(link)) {
    const { origin: from, pathname } = new URL(link);
    if (from === origin && OWN_SONG.test(pathname)) return pathname;
  }
  const words = [text, title].map((one) => one?.replace(LINK, '').trim()).find(Boolean);
  const wanted = words ?? link;
  return wanted ? `/?${new URLSearchParams({ q: wanted.slice(0, LONGEST) }).toString()}` : '/upload';
}
