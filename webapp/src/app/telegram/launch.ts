/**
 * What Telegram says when it opens us as a Mini App. It stands behind the `#` of the address
 * (https://core.telegram.org/bots/webapps, https://docs.telegram-mini-apps.com/platform/launch-parameters), so it is
 * read here and no script of another host is needed.
 */
export interface Launch {
  /** Signed by Telegram: who opened us. */
  readonly initData: string;
  readonly colours: Colours;
}

/** Telegram's `ThemeParams`: names of colours to `#rrggbb`. */
export type Colours = Readonly<Record<string, string>>;

/** Null outside of Telegram. */
export function launchIn(fragment: string): Launch | null {
  const params = new URLSearchParams(fragment.replace(/^#/, ''));
  const initData = params.get('tgWebAppData');
  return initData ? { initData, colours: coloursIn(params.get('tgWebAppThemeParams')) } : null;
}

export function coloursIn(json: unknown): Colours {
  let told: unknown = json;
  try {
    if (typeof json === 'string') told = JSON.parse(json);
  } catch {
    return {};
  }
  if (typeof told !== 'object' || told === null) return {};
  const isColour = (value: unknown) => typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value);
  return Object.fromEntries(Object.entries(told).filter(([, value]) => isColour(value)));
}
