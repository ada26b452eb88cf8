import {
  type GpuVerdicts,
  NO_VERDICTS,
  parseGpuVerdicts,
  type SoundPrograms,
  verdictsText,
  withSound,
} from '../../settings/gpuVerdicts.ts';
import type { AppStore } from '../../state/store.ts';
import type { BackendName, GpuTestRequest } from '../../training/backendMessages.ts';
import { forgetText, keepText, readText } from '../browserText.ts';

const FAILED_KEY = 'unlabeled.avoidsGpu';
const VERDICTS_KEY = 'unlabeled.gpuVerdicts';
/** A graphics processor that failed as often is not asked again unless a person wants it to be. */
const MAX_FAILURES = 2;

const FAILED = 'The graphics processor failed or was too small here before, so WebAssembly trains.';

/** Why WebAssembly trains after a self-test; `disagreement` is its sentence. */
function disagrees(disagreement: string): string {
  return `${disagreement} So WebAssembly trains.`;
}

/** What {@link BackendChoice} needs to know of where the page runs. */
export interface BackendChoiceHost {
  /** Where is remembered from one visit to the next what graphics processors did. */
  readonly storage: () => Storage;
  /** `navigator.userAgent`. */
  readonly browser: string;
  /** What the page's address asks for, which is tried whatever happened before. */
  readonly wanted: BackendName | 'auto';
  /** Whether the graphics processor is tested whatever is known of it. */
  readonly alwaysTests: boolean;
}

/**
 * Which backend the next worker is to train on: what was asked for, or WASM where the graphics processor keeps failing or
 * computes something else than the processor.
 */
export class BackendChoice {
  readonly #store: AppStore;
  readonly #host: BackendChoiceHost;
  #failures = 0;
  #verdicts: GpuVerdicts;

  constructor(store: AppStore, host: BackendChoiceHost) {
    this.#store = store;
    this.#host = host;
    const { storage, wanted } = host;
    const visit = { browser: host.browser, nowMs: Date.now() };
    this.#verdicts = parseGpuVerdicts(readText(storage, VERDICTS_KEY), visit);
    if (wanted !== 'auto') return;
    const { disagreement } = this.#verdicts;
    if (disagreement !== null) store.setState({ avoidsGpu: disagrees(disagreement) });
    else if (readText(storage, FAILED_KEY) !== null) store.setState({ avoidsGpu: FAILED });
  }

  get backend(): BackendName | 'auto' {
    return this.#store.getState().avoidsGpu === null ? this.#host.wanted : 'wasm';
  }

  /** What a graphics processor has to prove before it trains. */
  get gpuTest(): GpuTestRequest {
    const sound = this.#verdicts.sound.map(({ adapter, programs }) => ({ adapter, programs }));
    return { sound, always: this.#host.alwaysTests };
  }

  /** The graphics processor failed. False once it is to be avoided from now on. */
  gpuFailed(): boolean {
    this.#failures++;
    if (this.#failures < MAX_FAILURES) return true;
    this.avoidGpu();
    return false;
  }

  /** It computes something else than the processor, as a sentence says: it is avoided until the browser is another version. */
  gpuDisagreed(disagreement: string): void {
    this.#keep({ ...this.#verdicts, disagreement });
    this.#store.setState({ avoidsGpu: disagrees(disagreement) });
  }

  /** It was seen to compute programs as the processor does. */
  gpuPassed(sound: SoundPrograms): void {
    this.#keep(withSound(this.#verdicts, sound, Date.now()));
  }

  /** WASM from now on; with `forGood` at later visits, too. */
  avoidGpu(forGood = true): void {
    if (forGood) keepText(this.#host.storage, FAILED_KEY, 'yes');
    this.#store.setState({ avoidsGpu: FAILED });
  }

  /** It is tried once more: the very next failure is one too many, and it has to prove everything again. */
  tryGpuAgain(): void {
    forgetText(this.#host.storage, FAILED_KEY);
    forgetText(this.#host.storage, VERDICTS_KEY);
    this.#verdicts = NO_VERDICTS;
    this.#failures = MAX_FAILURES - 1;
    this.#store.setState({ avoidsGpu: null });
  }

  #keep(verdicts: GpuVerdicts): void {
    this.#verdicts = verdicts;
    keepText(this.#host.storage, VERDICTS_KEY, verdictsText(verdicts, this.#host.browser));
  }
}
