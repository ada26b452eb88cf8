import { range } from '../../range.ts';
import type { Components } from '../webgpu/webgpuFlatProgram.ts';
import type { ConvolutionPlan } from './webgpuConvolutionPlan.ts';

/** How a filter lies in memory, and how many numbers of it are read at a time. */
export interface WeightsLayout {
  /** Of the output. */
  readonly components: Components;
  readonly isFilterTurned: boolean;
}

/** Numbers of the filter that are read at a time: along the output channels, or where it is turned along the input's. */
export function weightComponents({ chunk }: Pick<ConvolutionPlan, 'chunk'>, layout: WeightsLayout): Components {
  if (!layout.isFilterTurned) return layout.components;
  return chunk === 4 ? 4 : 1;
}

/** Whether a read of weights gives four input channels of one output channel, and not four output channels of one input's. */
export function readsInputVectors({ chunk }: ConvolutionPlan, { isFilterTurned }: WeightsLayout): boolean {
  return isFilterTurned && chunk === 4;
}

/**
 * WGSL that finds the taps, and the output channels of each vector; where these reach beyond the last channel, that one
 * again.
 */
export function weightPositions(plan: ConvolutionPlan, layout: WeightsLayout): string {
  const { chunk, vectors } = plan;
  const count = plan.rows.taps * plan.columns.taps;
  const { isFilterTurned, components } = layout;
  const fourOutputs = (v: number) => `min(vec4<i32>(0, 1, 2, 3) + (firstVector + ${v}) * 4, vec4<i32>(shape.w - 1))`;
  if (isFilterTurned) {
    // A row of the forward filter is what this convolution's output is by: its taps come in reverse.
    return `
      let rowSize = uniforms.xShape.w / ${chunk === 4 ? 4 : 1};
      ${range(count)
        .map((tap) => `let tap${tap} = ${count - 1 - tap} * shape.w * rowSize;`)
        .join('\n')}
      ${range(vectors)
        .map((v) => `let output${v} = ${fourOutputs(v)} * rowSize;`)
        .join('\n')}`;
  }
  const outputs = (v: number) => (components === 4 ? `min(firstVector + ${v}, outputVectors - 1)` : fourOutputs(v));
  return `
      let rowSize = ${components === 4 ? 'outputVectors' : 'shape.w'};
      ${range(count)
        .map((tap) => `let tap${tap} = ${tap} * uniforms.xShape.w * rowSize;`)
        .join('\n')}
      ${range(vectors)
        .map((v) => `let output${v} = ${outputs(v)};`)
        .join('\n')}`;
}

/** WGSL, once a turn, of where the turn's input channels lie in the filter. */
export function channelPositions({ chunk }: ConvolutionPlan, { isFilterTurned }: WeightsLayout): string {
  const rowSize = isFilterTurned ? '' : ' * rowSize';
  return range(chunk)
    .map((channel) => `let channel${channel} = (step * ${chunk} + ${channel})${rowSize};`)
    .join('\n');
}

/** WGSL of the weights of a tap from one input channel of the turn to four output channels. */
export function weightsToOutputs(layout: WeightsLayout, tap: number, channel: number, vector: number): string {
  const start = `tap${tap} + channel${channel} + output${vector}`;
  if (!layout.isFilterTurned && layout.components === 4) return `weights[${start}]`;
  return fourOf((part) => `weights[${start}.${part}]`);
}

/** WGSL of the weights of a tap from four input channels to one output channel; see {@link readsInputVectors}. */
export function weightsFromInputs(tap: number, vector: number, part: string): string {
  return `weights[tap${tap} + output${vector}.${part} + step]`;
}

function fourOf(read: (part: string) => string): string {
  return `vec4<f32>(${[...'xyzw'].map(read).join(', ')})`;
}
