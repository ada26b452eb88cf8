/**
 * A file of the page that is fetched when it is first needed, a worker's script above all. Its name is gone from the
 * server once a newer version of the page is out, and out of reach without a network: {@link PageFile.keepAll} fetches
 * every file ahead of that, and keeps it for as long as the page lives.
 *
 * A kept script has an address without folders, so it must neither import others nor look for files beside itself.
 */
export class PageFile {
  static readonly #all: PageFile[] = [];
  readonly #url: string;
  #keptUrl: string | null = null;

  /** `url` may be relative to the page. */
  constructor(url: string) {
    this.#url = url;
    PageFile.#all.push(this);
  }

  /** Fetches what is not kept yet. Rejects with the first failure, once all others are here. */
  static async keepAll(): Promise<void> {
    const results = await Promise.allSettled(PageFile.#all.map((file) => file.#keep()));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  /** Where the file is to be fetched from, absolute: from this page itself, if it is kept. */
  get url(): string {
    return this.#keptUrl ?? new URL(this.#url, document.baseURI).href;
  }

  /** Starts the file as a worker, whose errors are its owner's to tell of. */
  startWorker(): Worker {
    const worker = new Worker(this.url, { type: 'module' });
    // Otherwise they would count as errors of the page, too.
    worker.addEventListener('error', (event) => event.preventDefault());
    return worker;
  }

  /** Whether it can be had now. Never rejects. */
  async isWithinReach(): Promise<boolean> {
    if (this.#keptUrl !== null) return true;
    return fetch(this.url, { method: 'HEAD' }).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  async #keep(): Promise<void> {
    if (this.#keptUrl !== null) return;
    const response = await fetch(this.url);
    if (!response.ok) throw new Error(`${this.url}: ${response.status}`);
    this.#keptUrl = URL.createObjectURL(await response.blob());
  }
}
