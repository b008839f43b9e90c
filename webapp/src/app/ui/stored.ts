/** A small value of this device. Where the browser keeps nothing (private windows), it lasts as long as the page. */
export interface Stored<T> {
  read(): T;
  write(value: T): void;
}

/** Plain strings are stored as they are, so that the page's first script can read them. */
export function stored<T>(key: string, initial: T, isValid: (value: unknown) => boolean): Stored<T> {
  const isText = typeof initial === 'string';
  return {
    read(): T {
      try {
        const text = localStorage.getItem(key);
        const value: unknown = text === null || isText ? text : JSON.parse(text);
        return isValid(value) ? (value as T) : initial;
      } catch {
        return initial;
      }
    },
    write(value: T): void {
      try {
        localStorage.setItem(key, isText ? String(value) : JSON.stringify(value));
      } catch {
        // Storage is full or forbidden: the choice holds until the page is closed.
      }
    },
  };
}
