/** PyTorch's figures, for tests; `makeFixture.py` wrote them. */
import text from './mobileNetFixture.json?raw';

/** Of a layer's gradients by kernel and bias: every n-th number, and the largest magnitudes of all. */
interface LayerGradients {
  readonly kernel: readonly number[];
  readonly bias: readonly number[];
  readonly largest: readonly [kernel: number, bias: number];
}

interface Fixture {
  /** Of the square picture. */
  readonly side: number;
  /** By block: a map's shape `[1, H, W, C]` and every seventh of its numbers. */
  readonly maps: Readonly<Record<string, { readonly shape: readonly number[]; readonly every7th: readonly number[] }>>;
  /**
   * By layer, in order: gradients of 100 times the sum over maps of the means of `value · sin(0.37 i)`, `i` the value's place
   * in its map, by the published weights.
   */
  readonly gradients: readonly LayerGradients[];
}

export const fixture: Fixture = JSON.parse(text);
