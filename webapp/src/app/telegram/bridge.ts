/**
 * Telegram's window around a Mini App: a frame of its web client, or a web view of its apps, each with a way of its
 * own to pass events (https://docs.telegram-mini-apps.com/platform/methods).
 */
const WEB = 'https://web.telegram.org';

interface Proxy {
  postEvent(name: string, json: string): void;
}
type Receive = (name: string, data: unknown) => void;
interface TelegramWindow {
  TelegramWebviewProxy?: Proxy;
  Telegram?: { WebView?: { receiveEvent?: Receive } };
}

export function isFramed(): boolean {
  return window.parent !== window;
}

/** Tell Telegram something. */
export function tell(event: string, data: object | null = null): void {
  const proxy = (window as TelegramWindow).TelegramWebviewProxy;
  if (proxy) proxy.postEvent(event, JSON.stringify(data));
  else if (isFramed()) {
    window.parent.postMessage(JSON.stringify({ eventType: event, eventData: data }), WEB);
  }
}

/** Hear what Telegram tells us, as long as the page lives. */
export function listen(receive: Receive): void {
  const shared = window as TelegramWindow;
  shared.Telegram = { WebView: { receiveEvent: receive } };
  addEventListener('message', ({ origin, source, data }) => {
    if (origin !== WEB || source !== window.parent || typeof data !== 'string') return;
    try {
      const told = JSON.parse(data) as { eventType?: unknown; eventData?: unknown };
      if (typeof told.eventType === 'string') receive(told.eventType, told.eventData);
    } catch {
      // Not one of Telegram's events.
    }
  });
}
