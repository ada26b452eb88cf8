import { getKernel, type KernelBackend, registerKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import { HOST_MEMORY } from '../wasm/hostMemory.ts';
import { MASKED_LOSS, MASKED_LOSS_GRADIENT, type MaskedLossAttributes } from './maskedLoss.ts';
import { MASKED_DICE, MASKED_DICE_GRADIENT, type MaskedDiceAttributes } from './maskedLossDice.ts';
import { type DiceInputs, maskedDiceGradientLoop, maskedDiceLoop } from './maskedLossDiceLoops.ts';
import { maskedLossLoop, scaleGradient } from './maskedLossLoops.ts';

/** What the loops need of a backend whose tensors lie in memory that they can read. */
interface TensorMemory {
  /** A new float32 tensor. */
  makeOutput(shape: number[]): TensorInfo;
  /** A tensor's values. To be asked for once all outputs are made: a view made earlier may be detached by them. */
  floats(tensor: TensorInfo): Float32Array;
  integers(tensor: TensorInfo): Int32Array;
}

function memoryOf(backendName: 'cpu' | 'wasm', backend: KernelBackend): TensorMemory {
  const { allocate, valuesOf } = HOST_MEMORY[backendName];
  return {
    makeOutput: (shape) => allocate(shape, 'float32', backend),
    floats: (tensor) => valuesOf(tensor, backend) as Float32Array,
    integers: (tensor) => valuesOf(tensor, backend) as Int32Array,
  };
}

type Inputs<Name extends string> = Readonly<Record<Name, TensorInfo>>;

/** Gives a backend the masked losses, as plain loops. Idempotent. */
export function registerHostMaskedLoss(backendName: 'cpu' | 'wasm'): void {
  if (getKernel(MASKED_LOSS, backendName) !== undefined) return;
  const register = <I, A>(
    kernelName: string,
    kernel: (inputs: I, memory: TensorMemory, attributes: A) => TensorInfo | TensorInfo[],
  ) =>
    registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) =>
        kernel(inputs as unknown as I, memoryOf(backendName, backend as KernelBackend), attrs as unknown as A),
    });
  register(MASKED_LOSS, maskedLoss);
  register(MASKED_LOSS_GRADIENT, maskedLossGradient);
  register(MASKED_DICE, maskedDice);
  register(MASKED_DICE_GRADIENT, maskedDiceGradient);
}

function maskedLoss(
  {
    logits,
    labels,
    weight,
    pixelWeight,
    denominator,
  }: Inputs<'logits' | 'labels'> & Partial<Inputs<'weight' | 'pixelWeight' | 'denominator'>>,
  memory: TensorMemory,
  attributes: MaskedLossAttributes,
): TensorInfo[] {
  const gradient = memory.makeOutput(logits.shape);
  const stats = memory.makeOutput([4]);
  const values = {
    logits: memory.floats(logits),
    labels: memory.integers(labels),
    weight: weight === undefined ? null : memory.floats(weight),
    pixelWeight: pixelWeight === undefined ? null : memory.floats(pixelWeight),
    denominator: denominator === undefined ? null : (memory.floats(denominator)[0] as number),
  };
  maskedLossLoop(values, attributes, memory.floats(gradient), memory.floats(stats));
  return [gradient, stats];
}

function maskedLossGradient(
  { unscaled, stats, dy }: Inputs<'unscaled' | 'stats' | 'dy'>,
  memory: TensorMemory,
  { shape }: { readonly shape: number[] },
): TensorInfo {
  const gradient = memory.makeOutput(shape);
  scaleGradient(memory.floats(unscaled), memory.floats(stats), memory.floats(dy)[0] as number, memory.floats(gradient));
  return gradient;
}

function maskedDice(
  inputs: Inputs<'logits' | 'labels'> & Partial<Inputs<'pixelWeight'>>,
  memory: TensorMemory,
  attributes: MaskedDiceAttributes,
): TensorInfo {
  const { shape } = inputs.logits;
  const sums = memory.makeOutput([4 + 2 * (shape[shape.length - 1] ?? 0)]);
  maskedDiceLoop(diceInputs(inputs, memory), attributes, memory.floats(sums));
  return sums;
}

function maskedDiceGradient(
  inputs: Inputs<'logits' | 'labels' | 'sums' | 'dy'> & Partial<Inputs<'pixelWeight'>>,
  memory: TensorMemory,
  attributes: MaskedDiceAttributes,
): TensorInfo {
  const gradient = memory.makeOutput(inputs.logits.shape);
  maskedDiceGradientLoop(
    diceInputs(inputs, memory),
    memory.floats(inputs.sums),
    memory.floats(inputs.dy)[0] as number,
    attributes,
    memory.floats(gradient),
  );
  return gradient;
}

function diceInputs(
  { logits, labels, pixelWeight }: Inputs<'logits' | 'labels'> & Partial<Inputs<'pixelWeight'>>,
  memory: TensorMemory,
): DiceInputs {
  return {
    logits: memory.floats(logits),
    labels: memory.integers(labels),
    pixelWeight: pixelWeight === undefined ? null : memory.floats(pixelWeight),
  };
}
