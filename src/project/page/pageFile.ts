/**
 * A file of the page that is fetched when it is first needed, a worker's script above all. Its name is gone from the
 * server once a newer version of the page is out, and out of reach without a network: {@link PageFile.keepAll} fetches
 * every file ahead of that, and keeps it for as long as the page lives; a script with all that it imports, which must not
 * import the script in turn. A kept script must not look for other files beside itself, for its address has no folders.
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
    this.#keptUrl ??= await keep(new URL(this.#url, document.baseURI).href, new Map());
  }
}

/** Where a script names another one beside it, in an import or a call of `import`. */
const IMPORT = /\b(?:from\s*|import\s*\(?\s*)["'`](\.\/[\w.-]+\.js)["'`]/g;

/** Fetches a file, and what it imports, into this page; `kept`: addresses of what is or is being kept, by those it had. */
async function keep(url: string, kept: Map<string, Promise<string>>): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  if (!url.endsWith('.js')) return URL.createObjectURL(await response.blob());
  const bytes = new Uint8Array(await response.arrayBuffer());
  // One character for each byte: a place in the text is a place in the bytes, which need not be encoded again.
  const imports = Array.from(
    new TextDecoder('latin1').decode(bytes).matchAll(IMPORT),
    ({ 0: found, 1: name = '', index }) => {
      const address = new URL(name, url).href;
      const keeping = kept.get(address) ?? keep(address, kept);
      kept.set(address, keeping);
      const start = index + found.indexOf(name);
      return { start, end: start + name.length, keeping };
    },
  );
  const addresses = await Promise.all(imports.map(({ keeping }) => keeping));
  const parts = imports.flatMap(({ start }, i) => [
    bytes.subarray(imports[i - 1]?.end ?? 0, start),
    addresses[i] ?? '',
  ]);
  const rest = bytes.subarray(imports.at(-1)?.end ?? 0);
  return URL.createObjectURL(new Blob([...parts, rest], { type: 'text/javascript' }));
}
