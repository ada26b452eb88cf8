import { Random } from '../random.ts';
import { IDLE_OPS, type NetworkDescription, type NetworkOps, oneAfterAnother } from './networkOps.ts';

export type ParameterKind = 'kernel' | 'bias' | 'gain' | 'offset' | 'headKernel' | 'headBias';

/** A parameter's first element is a multiple of this, so that a graphics processor can bind it where it lies. */
const ALIGNMENT = 64;

/** Where one parameter tensor lies in the flat parameter vector. */
export interface ParameterSpec {
  readonly name: string;
  readonly kind: ParameterKind;
  readonly shape: readonly number[];
  /** Offset in the flat vector, a multiple of 64; the gaps between parameters are unused. */
  readonly start: number;
  /** Number of elements. */
  readonly size: number;
  /** For kernels: how many inputs each output of the layer sums over. */
  readonly fanIn: number;
}

/** A parameter without its place; `fanIn` is that of its shape unless given. */
type Declaration = Pick<ParameterSpec, 'name' | 'kind' | 'shape'> & { readonly fanIn?: number };

/** Lays parameters one after another in a flat vector. Throws a `RangeError` where two have one name. */
export function layOut(declarations: readonly Declaration[]): ParameterSpec[] {
  const specs: ParameterSpec[] = [];
  let end = 0;
  for (const { name, kind, shape, fanIn } of declarations) {
    if (specs.some((spec) => spec.name === name)) throw new RangeError(`Two parameters are named ${name}.`);
    const size = shape.reduce((product, side) => product * side, 1);
    specs.push({ name, kind, shape, start: end, size, fanIn: fanIn ?? size / (shape.at(-1) ?? 1) });
    end = Math.ceil((end + size) / ALIGNMENT) * ALIGNMENT;
  }
  return specs;
}

/** Every parameter of a network in the order of the flat vector: the head's kernel and bias come last. */
export function collectParameters(network: NetworkDescription, outputs: number): ParameterSpec[] {
  const declared: Declaration[] = [];
  const declare = (name: string, kind: ParameterKind, shape: readonly number[], fanIn?: number) => {
    declared.push({ name, kind, shape, ...(fanIn === undefined ? {} : { fanIn }) });
  };
  const ops: NetworkOps<null> = {
    ...IDLE_OPS,
    convolution(_x, name, { kernel, inputs, outputs: channels }) {
      declare(`${name}/kernel`, 'kernel', [kernel, kernel, inputs, channels]);
      return null;
    },
    joinedConvolution: (first, second) => oneAfterAnother(ops, first, second),
    convolutionRelu(_x, name, { kernel, inputs, outputs: channels }) {
      declare(`${name}/kernel`, 'kernel', [kernel, kernel, inputs, channels]);
      declare(`${name}/bias`, 'bias', [channels]);
      return null;
    },
    enlargeAndJoinRelu(_deep, _skip, name, { deep, skip, outputs: channels }) {
      const fanIn = 9 * (deep + skip);
      declare(`${name}/deep/kernel`, 'kernel', [3, 3, deep, channels], fanIn);
      declare(`${name}/skip/kernel`, 'kernel', [3, 3, skip, channels], fanIn);
      declare(`${name}/bias`, 'bias', [channels]);
      return null;
    },
    normRelu(_x, name, channels) {
      declare(`${name}/gain`, 'gain', [channels]);
      declare(`${name}/offset`, 'offset', [channels]);
      return null;
    },
    head(_x, inputs, channels) {
      declare('head/kernel', 'headKernel', [1, 1, inputs, channels]);
      declare('head/bias', 'headBias', [channels]);
      return null;
    },
  };
  network.describe(ops, null, outputs);
  return layOut(declared);
}

export function parameterCount(specs: readonly ParameterSpec[]): number {
  return specs.reduce((sum, spec) => sum + spec.size, 0);
}

/** Length of the flat vector, the gaps between parameters included. */
export function flatLength(specs: readonly ParameterSpec[]): number {
  const last = specs.at(-1);
  return last === undefined ? 0 : last.start + last.size;
}

/** 1 where weight decay applies: kernels, not gains, offsets and biases. */
export function decayMask(specs: readonly ParameterSpec[]): Float32Array<ArrayBuffer> {
  const mask = new Float32Array(flatLength(specs));
  for (const { kind, start, size } of specs) {
    if (kind === 'kernel' || kind === 'headKernel') mask.fill(1, start, start + size);
  }
  return mask;
}

/**
 * Seeded initial values, flat: He initialisation for kernels (He et al. 2015, eq. 10: standard deviation `√(2/fanIn)`),
 * ones for gains, zeros for offsets and biases.
 *
 * The head's column of an output depends on the seed and that output's key alone, so that a class starts alike whenever
 * it is added, and whatever its place in the list. `outputKeys`: one small integer per output channel.
 */
export function initialParameters(
  specs: readonly ParameterSpec[],
  seed: number,
  outputKeys: readonly number[],
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(flatLength(specs));
  const random = Random.fromSeed(seed, 1);
  for (const { kind, start, size, fanIn } of specs) {
    if (kind === 'kernel') {
      for (let i = 0; i < size; i++) values[start + i] = random.normal() * Math.sqrt(2 / fanIn);
    } else if (kind === 'gain') {
      values.fill(1, start, start + size);
    } else if (kind === 'headKernel') {
      outputKeys.forEach((key, output) => {
        const own = Random.fromSeed(seed, 1000 + key);
        // Logits are not rectified, so half of He's variance keeps theirs at that of the features.
        for (let i = 0; i < fanIn; i++)
          values[start + i * outputKeys.length + output] = own.normal() / Math.sqrt(fanIn);
      });
    }
  }
  return values;
}
