import { isPassing, type Problem } from '@app/api/problem';

const TRIES = 4;
const FIRST_PAUSE_MS = 400;
const PATIENCE_MS = 20_000;
const PARTIAL_CONTENT = 206;
const LINK_OVER = new Set([401, 403, 404, 410]);

/** Stretches of bytes of a file behind a signed link, which is asked for anew when it has ended. */
export class Parts {
  #url: string;
  readonly #renewed: () => Promise<string>;

  constructor(url: string, renewed: () => Promise<string>) {
    this.#url = url;
    this.#renewed = renewed;
  }

  /** The bytes from one up to, not including, another. Rejects with a `Problem`, or as aborted. */
  async bytes([from, to]: readonly [number, number], signal: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    let isRenewed = false;
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#ask(from, to, signal);
      if (answer instanceof Uint8Array) return answer;
      signal.throwIfAborted();
      if (LINK_OVER.has(answer.status) && !isRenewed) {
        isRenewed = true;
        this.#url = await this.#renewed();
      } else if (!isPassing(answer) || attempt >= TRIES || !navigator.onLine) {
        throw navigator.onLine ? answer : { code: 'offline', status: 0 };
      } else {
        await pause(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2), signal);
      }
    }
  }

  async #ask(from: number, to: number, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | Problem> {
    const waiting = new AbortController();
    const giveUp = () => waiting.abort();
    const timer = setTimeout(giveUp, PATIENCE_MS);
    signal.addEventListener('abort', giveUp);
    try {
      const headers = { Range: `bytes=${from}-${to - 1}` };
      const answer = await fetch(this.#url, { headers, signal: waiting.signal });
      if (!answer.ok) return { code: 'unavailable', status: answer.status };
      const bytes = new Uint8Array(await answer.arrayBuffer());
      const part = answer.status === PARTIAL_CONTENT ? bytes : bytes.slice(from, to); // Range may be left unheeded
      return part.length === to - from ? part : { code: 'unavailable', status: 0 };
    } catch {
      return { code: 'unavailable', status: 0 };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });
}
