import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

let isFollowed = false;

/**
 * Runs `work`, which waits for nothing, with kernels cut as others of their kind were before, not as suits their own sizes:
 * what is tried on small maps is then the shader that large ones get.
 */
export function followingPlans<Result>(work: () => Result): Result {
  isFollowed = true;
  try {
    return work();
  } finally {
    isFollowed = false;
  }
}

/** Whether the work at hand is done within {@link followingPlans}. */
export function isFollowingPlans(): boolean {
  return isFollowed;
}

/** How kernels of one kind were cut on each backend: every plan under a key, as it was noted first. */
export class NotedPlans<Planned> {
  readonly #byBackend = new WeakMap<WebGPUBackend, Map<string, Planned>>();

  /** In the order in which they were noted. */
  of(backend: WebGPUBackend): Planned[] {
    return [...(this.#byBackend.get(backend)?.values() ?? [])];
  }

  note(backend: WebGPUBackend, key: string, planned: Planned): void {
    const known = this.#byBackend.get(backend) ?? new Map<string, Planned>();
    this.#byBackend.set(backend, known);
    if (!known.has(key)) known.set(key, planned);
  }
}
