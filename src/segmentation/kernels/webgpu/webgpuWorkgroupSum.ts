/** More invocations than this halve what is left to add; fewer take it one after another, with one wait for each other. */
const SERIAL_LANES = 32;

/**
 * WGSL that adds up what the `lanes` invocations of a workgroup left in an array, every `stride`-th of them into the first
 * `stride` elements, always in the same order. All invocations must come this way; all see the sums afterwards.
 *
 * A graphics processor halves what is left again and again. Software adapters are slow at waiting for each other: there one
 * invocation adds everything. Subgroup operations would be quicker still, but WGSL leaves open which invocations of a
 * workgroup share a subgroup, and so the order of the sum.
 */
export function addUpShares(array: string, lanes: number, stride: number): string {
  if (lanes <= SERIAL_LANES) {
    return `
      workgroupBarrier();
      if (lane < ${stride}) {
        for (var other = lane + ${stride}; other < ${lanes}; other += ${stride}) {
          ${array}[lane] += ${array}[other];
        }
      }
      workgroupBarrier();`;
  }
  return `
      workgroupBarrier();
      for (var half = ${lanes / 2}; half >= ${stride}; half /= 2) {
        if (lane < half) {
          ${array}[lane] += ${array}[lane + half];
        }
        workgroupBarrier();
      }`;
}
