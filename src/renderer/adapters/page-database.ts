// One table of the browser's own database, for what the page keeps by a name and main need not know.
export class PageDatabase {
  readonly #database: string;
  readonly #table: string;
  #opening: Promise<IDBDatabase> | null = null;

  constructor(database: string, table: string) {
    this.#database = database;
    this.#table = table;
  }

  /** Fails as IndexedDB does: where a browser keeps nothing, or has no room. */
  async run(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest): Promise<unknown> {
    this.#opening ??= this.#open();
    const store = (await this.#opening).transaction(this.#table, mode).objectStore(this.#table);
    return await result(work(store));
  }

  async #open(): Promise<IDBDatabase> {
    const request = indexedDB.open(this.#database, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(this.#table);
    };
    return await result(request);
  }
}

async function result<T>(request: IDBRequest<T>): Promise<T> {
  return await new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error('IndexedDB'));
    };
  });
}
