import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';

const WORKGROUP_SIZE = 64;

/** Numbers that a shader reads and writes at a time. */
export type Components = 1 | 4;

/** Four channels at a time where their count allows it. */
export function componentsOf(channels: number): Components {
  return channels % 4 === 0 ? 4 : 1;
}

/** The WGSL type of that many floats. */
export function floatType(components: Components): string {
  return components === 4 ? 'vec4<f32>' : 'f32';
}

export interface FlatProgram {
  /** Names the shader's text: whatever changes it, besides the components, must change the name. */
  readonly name: string;
  /** Bound under these names, in this order. */
  readonly inputs: Readonly<Record<string, readonly [tensor: TensorInfo, components: Components]>>;
  readonly output: { readonly shape: readonly number[]; readonly dtype: DataType; readonly components: Components };
  /** `main` is called with every index below this, and some above. */
  readonly invocations: number;
  /** 64 unless given. */
  readonly workgroupSize?: number;
  /** Whole numbers, alone or in fours, that the shader finds in `uniforms`, where `invocations` is, too. */
  readonly uniforms: Readonly<Record<string, number | readonly number[]>>;
  /** WGSL with a function `main(index : i32)`. */
  readonly code: () => string;
}

/** Runs a program of a one-dimensional grid, which tfjs folds where it is too long for one dimension. */
export function runFlatProgram(backend: WebGPUBackend, program: FlatProgram): TensorInfo {
  const { name, output, invocations, workgroupSize = WORKGROUP_SIZE } = program;
  const inputs = Object.values(program.inputs);
  const components = inputs.map(([, count]) => count);
  const uniforms = Object.entries({ invocations, ...program.uniforms });
  return backend.runWebGPUProgram(
    {
      variableNames: Object.keys(program.inputs),
      variableComponents: components,
      outputComponent: output.components,
      outputShape: [...output.shape],
      uniforms: uniforms
        .map(([key, value]) => `${key} : ${typeof value === 'number' ? 'i32' : 'vec4<i32>'},`)
        .join(' '),
      shaderKey: [name, output.components, ...components].join('_'),
      dispatchLayout: { x: output.shape.map((_, axis) => axis) },
      dispatch: [Math.ceil(invocations / workgroupSize), 1, 1],
      workgroupSize: [workgroupSize, 1, 1],
      getUserCode: program.code,
    },
    inputs.map(([tensor]) => tensor),
    output.dtype,
    uniforms.map(([, value]) => ({ type: 'int32', data: typeof value === 'number' ? [value] : [...value] })),
  );
}
