import type { AppStore } from '../../state/store.ts';
import type { BackendName } from '../../training/protocol.ts';
import { forgetText, keepText, readText } from '../browserText.ts';

const KEY = 'unlabeled.avoidsGpu';
/** A graphics processor that failed as often is not asked again unless a person wants it to be. */
const MOST_FAILURES = 2;

/** Which backend the next worker is to train on: what was asked for, or WASM where the graphics processor keeps failing. */
export class BackendChoice {
  readonly #store: AppStore;
  readonly #storage: () => Storage;
  readonly #wanted: BackendName | 'auto';
  #failures = 0;

  /** `storage` remembers from one visit to the next that a graphics processor failed; what an address asks for is tried. */
  constructor(store: AppStore, storage: () => Storage, wanted: BackendName | 'auto') {
    this.#store = store;
    this.#storage = storage;
    this.#wanted = wanted;
    if (wanted === 'auto' && readText(storage, KEY) !== null) store.setState({ avoidsGpu: true });
  }

  get backend(): BackendName | 'auto' {
    return this.#store.getState().avoidsGpu ? 'wasm' : this.#wanted;
  }

  /** The graphics processor failed. False once it is to be avoided from now on. */
  gpuFailed(): boolean {
    this.#failures++;
    if (this.#failures < MOST_FAILURES) return true;
    this.avoidGpu();
    return false;
  }

  /** WASM from now on; with `forGood` at later visits, too. */
  avoidGpu(forGood = true): void {
    if (forGood) keepText(this.#storage, KEY, 'yes');
    this.#store.setState({ avoidsGpu: true });
  }

  /** It is tried once more: the very next failure is one too many. */
  tryGpuAgain(): void {
    forgetText(this.#storage, KEY);
    this.#failures = MOST_FAILURES - 1;
    this.#store.setState({ avoidsGpu: false });
  }
}
