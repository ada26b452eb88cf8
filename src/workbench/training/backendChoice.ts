import { DEFAULT_GPU_TUNING, isDefaultTuning } from '../../settings/gpuTuning.ts';
import {
  type GpuVerdicts,
  isSlowerThanWasm,
  ofAdapter,
  parseGpuVerdicts,
  type SoundPrograms,
  type StepTimes,
  type TunedAdapter,
  verdictsText,
  withDisagreement,
  withSound,
  withTuning,
} from '../../settings/gpuVerdicts.ts';
import type { AppStore } from '../../state/store.ts';
import type { GpuAvoidance } from '../../state/training.ts';
import type { BackendInfo, BackendName, GpuTestRequest, KnownAdapter } from '../../training/backendMessages.ts';
import { forgetText, keepText, readText } from '../browserText.ts';

const FAILED_KEY = 'unlabeled.avoidsGpu';
const VERDICTS_KEY = 'unlabeled.gpuVerdicts';
/** A graphics processor that failed as often is not asked again unless a person wants it to be. */
const MAX_FAILURES = 2;

const FAILED = 'The graphics processor failed or was too small here before, so WebAssembly trains.';

export const TRY_GPU_AGAIN = 'Try the graphics processor again';

/** What a person is offered to do about a graphics processor that does not train. */
export function wayBackToGpu({ isOnlySlower }: GpuAvoidance): string {
  return isOnlySlower ? 'Use the graphics processor anyway' : TRY_GPU_AGAIN;
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
 * Which backend the next worker is to train on: what was asked for, or WASM where the graphics processor keeps failing. What
 * is known of single adapters goes to the worker, which knows which of them there is.
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
    if (wanted === 'auto' && readText(storage, FAILED_KEY) !== null) this.#avoid(FAILED);
  }

  get backend(): BackendName | 'auto' {
    return this.#store.getState().training.avoidsGpu === null ? this.#host.wanted : 'wasm';
  }

  /** What a graphics processor has to prove before it trains. */
  get gpuTest(): GpuTestRequest {
    const sound = this.#verdicts.sound.map(({ adapter, programs }) => ({ adapter, programs }));
    return { sound, always: this.#host.alwaysTests };
  }

  /** What is known of graphics adapters, whichever of them there is. */
  get adapters(): KnownAdapter[] {
    const { disagreements, tunings } = this.#verdicts;
    const adapters = new Set([...disagreements, ...tunings].map(({ adapter }) => adapter));
    return [...adapters].map((adapter) => ({
      adapter,
      tuning: ofAdapter(tunings, adapter)?.tuning ?? null,
      avoidedBecause: this.#reasonToAvoid(adapter)?.because ?? null,
    }));
  }

  /** A worker runs on this: where it passed an adapter over, WASM trains until a person wants otherwise. */
  started({ avoided, identity }: BackendInfo): void {
    if (avoided) this.#store.setFacts({ training: { avoidsGpu: this.#reasonToAvoid(identity) } });
  }

  /** The graphics processor failed. False once it is to be avoided from now on. */
  gpuFailed(): boolean {
    this.#failures++;
    if (this.#failures < MAX_FAILURES) return true;
    this.avoidGpu();
    return false;
  }

  /**
   * An adapter computes something else than the processor, as a sentence says. True where that may come of how kernels were
   * cut for it, which is forgotten; else it is avoided until the browser is another version.
   */
  gpuDisagreed(disagreement: string, adapter: string): boolean {
    const tuned = ofAdapter(this.#verdicts.tunings, adapter);
    if (tuned !== null && !isDefaultTuning(tuned.tuning)) {
      this.gpuTuned({ adapter, tuning: DEFAULT_GPU_TUNING, stepMs: null });
      return true;
    }
    this.#keep(withDisagreement(this.#verdicts, adapter, disagreement, Date.now()));
    this.#store.setFacts({ training: { avoidsGpu: this.#reasonToAvoid(adapter) } });
    return false;
  }

  /** It was seen to compute programs as the processor does. */
  gpuPassed(sound: SoundPrograms): void {
    this.#keep(withSound(this.#verdicts, sound, Date.now()));
  }

  /** Whether it is to be found out how an adapter works best that trains; not where nothing that is found can be kept. */
  wantsTiming({ backend, software, identity }: BackendInfo): boolean {
    const counts = backend === 'webgpu' && (this.#host.alwaysTests || !software);
    if (this.#store.getState().view.isFramed) return false;
    return counts && ofAdapter(this.#verdicts.tunings, identity) === null;
  }

  /** An adapter was timed: what came of it holds for workers to come. */
  gpuTuned(tuned: TunedAdapter): void {
    this.#keep(withTuning(this.#verdicts, tuned, Date.now()));
  }

  /** An adapter could not be timed, so it is not tried at every rest: its kernels stay as they are. */
  gpuNotTuned(adapter: string): void {
    this.gpuTuned({ adapter, tuning: DEFAULT_GPU_TUNING, stepMs: null });
  }

  /** WASM from now on; with `forGood` at later visits, too. */
  avoidGpu(forGood = true): void {
    if (forGood) keepText(this.#host.storage, FAILED_KEY, 'yes');
    this.#avoid(FAILED);
  }

  /**
   * It is tried once more, also where it is slower. One that failed or was wrong has to prove everything again, and its very
   * next failure is one too many.
   */
  tryGpuAgain(): void {
    const isOnlySlower = this.#store.getState().training.avoidsGpu?.isOnlySlower === true;
    const tunings = this.#verdicts.tunings.map((tuned) => ({ ...tuned, stepMs: null }));
    if (isOnlySlower) {
      this.#keep({ ...this.#verdicts, tunings });
    } else {
      forgetText(this.#host.storage, FAILED_KEY);
      this.#keep({ sound: [], disagreements: [], tunings });
      this.#failures = MAX_FAILURES - 1;
    }
    this.#store.setFacts({ training: { avoidsGpu: null } });
  }

  #reasonToAvoid(adapter: string): GpuAvoidance | null {
    const { disagreements, tunings } = this.#verdicts;
    const disagreement = ofAdapter(disagreements, adapter);
    if (disagreement !== null) {
      return { because: `${disagreement.sentence} So WebAssembly trains.`, isOnlySlower: false };
    }
    const times = ofAdapter(tunings, adapter)?.stepMs ?? null;
    return times !== null && isSlowerThanWasm(times) ? { because: slowerSentence(times), isOnlySlower: true } : null;
  }

  #avoid(because: string): void {
    this.#store.setFacts({ training: { avoidsGpu: { because, isOnlySlower: false } } });
  }

  #keep(verdicts: GpuVerdicts): void {
    this.#verdicts = verdicts;
    keepText(this.#host.storage, VERDICTS_KEY, verdictsText(verdicts, this.#host.browser));
  }
}

function slowerSentence({ webgpu, wasm }: StepTimes): string {
  const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  return `WebAssembly trains: a step takes ${ms(wasm)} here, ${ms(webgpu)} on the graphics processor.`;
}
