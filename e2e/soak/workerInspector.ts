import type { CDPSession } from '@playwright/test';

/** The part of tfjs's engine, which it keeps on the global object, that says what memory it holds. */
interface TfjsEngine {
  memory(): { readonly numTensors: number; readonly numBytes: number; readonly numBytesInGPU?: number };
  readonly backendInstance: { readonly wasm?: { readonly HEAPU8: Uint8Array } };
}

type TensorMemory = Readonly<Record<'tensors' | 'tensorBytes' | 'gpuMemory' | 'wasmMemory', number>>;

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/**
 * The debugging protocol's session with one worker. Its messages are wrapped in those of the page's session: Playwright
 * has no sessions of workers' own.
 */
class WorkerSession {
  readonly #page: CDPSession;
  readonly #sessionId: string;
  readonly #asked = new Map<number, (answer: Answer) => void>();
  #nextId = 1;

  constructor(page: CDPSession, sessionId: string) {
    this.#page = page;
    this.#sessionId = sessionId;
  }

  async send(method: string, params: object = {}): Promise<unknown> {
    const id = this.#nextId++;
    const answered = new Promise<Answer>((resolve) => this.#asked.set(id, resolve));
    const message = JSON.stringify({ id, method, params });
    await this.#page.send('Target.sendMessageToTarget', { sessionId: this.#sessionId, message });
    const { result, error } = await answered;
    if (error !== undefined) throw new Error(`${method} failed in the worker: ${error.message}`);
    return result;
  }

  receive(message: string): void {
    const answer = JSON.parse(message) as Answer;
    if (answer.id === undefined) return;
    this.#asked.get(answer.id)?.(answer);
    this.#asked.delete(answer.id);
  }

  /** What tfjs holds; a kind of memory that its backend does not have is 0. */
  async tensorMemory(): Promise<TensorMemory> {
    const expression = `(${readTensorMemory})()`;
    const answer = await this.send('Runtime.evaluate', { expression, returnByValue: true });
    return (answer as { result: { value: TensorMemory } }).result.value;
  }
}

/** Runs in the worker. */
function readTensorMemory(): TensorMemory {
  const { _tfengine: engine } = globalThis as unknown as { _tfengine: TfjsEngine };
  const { numTensors, numBytes, numBytesInGPU = 0 } = engine.memory();
  const wasmMemory = engine.backendInstance.wasm?.HEAPU8.byteLength ?? 0;
  return { tensors: numTensors, tensorBytes: numBytes, gpuMemory: numBytesInGPU, wasmMemory };
}

/** The workers of a page that are alive. */
export class WorkerInspector {
  readonly #sessions = new Map<string, WorkerSession>();

  private constructor() {}

  /** To be called before the page starts a worker. */
  static async attach(page: CDPSession): Promise<WorkerInspector> {
    const inspector = new WorkerInspector();
    const sessions = inspector.#sessions;
    page.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.type === 'worker') sessions.set(sessionId, new WorkerSession(page, sessionId));
    });
    page.on('Target.detachedFromTarget', ({ sessionId }) => sessions.delete(sessionId));
    page.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => sessions.get(sessionId)?.receive(message));
    await page.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
    return inspector;
  }

  get count(): number {
    return this.#sessions.size;
  }

  /** The training worker: the page starts it first, and it lives as long as the page. */
  training(): WorkerSession {
    const [session] = this.#sessions.values();
    if (session === undefined) throw new Error('The page has no training worker.');
    return session;
  }
}
