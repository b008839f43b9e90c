/** Something done without a network that the studio has not heard of yet. */
export interface Errand {
  /** Of whom: nobody else's session may send it. */
  readonly person: string;
  /** What it changes. Of several errands about one thing only the last is sent; '' is about nothing else's thing. */
  readonly about: string;
  readonly method: 'PUT' | 'POST' | 'DELETE';
  /** Under `/api/v1`. Sent twice it must have one effect: by its method, or by a name in its body or headers. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What it is called where people are told of it: a song's title. */
  readonly title?: string;
}

/** As it waits: numbered in the order of the deeds. */
export interface Waiting extends Errand {
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** How often the studio has answered that it can't just now. */
  readonly tries: number;
}

/** More than anybody does on one flight. */
export const MOST_ERRANDS = 500;

const DATABASE = 'melody-outbox';
const STORE = 'errands';

/** Adds one, in place of an older one about the same thing. Rejects where the browser keeps nothing, or it is full. */
export async function add(errand: Errand): Promise<void> {
  await inStore('readwrite', async (store) => {
    const known = (await done(store.getAll())) as Waiting[];
    const old = known.filter((one) => errand.about && sameThing(one, errand));
    if (known.length - old.length >= MOST_ERRANDS) throw new Error('Too many errands wait');
    for (const one of old) store.delete(one.number);
    store.add({ ...errand, since: Date.now(), tries: 0 });
  });
}

/** All of one person, in their order. */
export function waitingOf(person: string): Promise<readonly Waiting[]> {
  return inStore('readonly', async (store) =>
    ((await done(store.getAll())) as Waiting[]).filter((one) => one.person === person),
  );
}

export async function remove(errand: Waiting): Promise<void> {
  await inStore('readwrite', (store) => done(store.delete(errand.number)));
}

/** Notes another try; what was replaced or removed meanwhile stays away. */
export async function noteTry(errand: Waiting): Promise<void> {
  await inStore('readwrite', async (store) => {
    if (await done(store.get(errand.number))) store.put({ ...errand, tries: errand.tries + 1 });
  });
}

/** Forgets what belongs to anybody else. */
export async function keepOnlyOf(person: string | null): Promise<void> {
  await inStore('readwrite', async (store) => {
    for (const one of (await done(store.getAll())) as Waiting[])
      if (one.person !== person) store.delete(one.number);
  });
}

function sameThing(one: Errand, other: Errand): boolean {
  return one.person === other.person && one.about === other.about;
}

async function inStore<T>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => Promise<T>): Promise<T> {
  const database = await opened();
  try {
    const transaction = database.transaction(STORE, mode);
    const ended = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('Not stored'));
    });
    ended.catch(() => undefined); // told below, unless `act` fails first
    const result = await act(transaction.objectStore(STORE)).catch((error: unknown) => {
      transaction.abort();
      throw error;
    });
    await ended;
    return result;
  } finally {
    database.close();
  }
}

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () =>
    request.result.createObjectStore(STORE, { keyPath: 'number', autoIncrement: true });
  return done(request);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('Not stored'));
  });
}
