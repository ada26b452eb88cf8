import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { numbersPerPixel } from '../../../segmentation/models/passCost.ts';
import { networkFor } from '../../../segmentation/models/registry.ts';
import { programNames } from '../../../segmentation/recording/programNames.ts';
import { selfTest } from '../../../segmentation/selfTest/selfTest.ts';
import { withDifference } from '../../../settings/difference.ts';
import type { BackendInfo, GpuTestRequest } from '../../backendMessages.ts';
import type { LearningProject } from '../replica/learningProject.ts';
import type { Reports } from '../reports/reports.ts';
import type { SessionHost } from '../sessionHost.ts';

/** Time limit of the whole self-test; a sound graphics processor needs a fraction of it. */
const LIMIT_MS = 10_000;

/** Tests a graphics processor, before it trains, with every program that it has not passed yet. */
export class GpuTest {
  readonly #host: SessionHost;
  readonly #reports: Reports;
  /** Programs that are already passed; `null`: nothing needs a test. */
  #sound: Set<string> | null = null;
  /** Programs that are yet to be tested, those of an unfinished compilation or test included. */
  readonly #unproved = new Set<string>();
  #adapter = '';

  constructor(host: SessionHost, reports: Reports) {
    this.#host = host;
    this.#reports = reports;
  }

  /** To be called when a backend was started. A software adapter is tested only where that is asked for. */
  begin({ backend, software, identity }: BackendInfo, { sound, always }: GpuTestRequest): void {
    this.#adapter = identity;
    const isTried = backend === 'webgpu' && (always || !software);
    const known = always ? [] : sound.filter(({ adapter }) => adapter === identity).flatMap(({ programs }) => programs);
    this.#sound = isTried ? new Set(known) : null;
    this.#unproved.clear();
  }

  /**
   * Compiles the programs of a project's learners, then tries the adapter where any of them is new to it. Rejects with a
   * `DisagreementError` where it computes something else, and with a `GpuError` where it fails.
   */
  async compile(project: LearningProject, predictedId: string | null): Promise<void> {
    const before = new Set(this.#programs);
    const sound = this.#sound;
    try {
      await project.learners.compile(predictedId);
    } finally {
      for (const name of this.#programs) if (!before.has(name) && !sound?.has(name)) this.#unproved.add(name);
    }
    if (sound === null || this.#unproved.size === 0) return;
    const { channels, settings, difference } = project.learners;
    for (const own of [settings, ...(difference === null ? [] : [withDifference(settings, difference)])]) {
      const numbers = numbersPerPixel(networkFor(own.network), channels.length);
      await selfTest({
        channels,
        settings: own,
        largestBytes: 4 * numbers * project.mostPixels,
        limitMs: LIMIT_MS,
        wait: (ms) => this.#host.wait(ms),
        yieldToEventLoop: () => this.#host.yieldToEventLoop(),
      });
    }
    for (const name of this.#programs) sound.add(name);
    this.#unproved.clear();
    this.#reports.gpuTested(this.#adapter, [...sound]);
  }

  get #programs(): string[] {
    return this.#sound === null ? [] : [...programNames(tf.backend() as WebGPUBackend)];
  }
}
