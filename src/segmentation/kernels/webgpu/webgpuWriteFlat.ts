import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';

const WORKGROUP_SIZE = 64;
/** Tensors that one dispatch reads: the stock device binds eight buffers to a shader, the vector among them. */
const TENSORS_AT_ONCE = 7;

/** A tensor of any shape and where its elements begin in the vector. */
export interface Piece {
  readonly tensor: TensorInfo;
  readonly start: number;
}

/**
 * Writes elements `from` to `end` of a vector on the WebGPU backend, one dispatch for seven pieces: zeros where no piece
 * lies. The pieces are in order, do not overlap and lie within. `target`: a vector to write to; unless given, a new one
 * of `end` elements.
 */
export function writeFlat(
  pieces: readonly Piece[],
  from: number,
  end: number,
  backend: WebGPUBackend,
  target?: TensorInfo,
): TensorInfo {
  let vector = target;
  let first = from;
  for (let group = 0; group === 0 || group < pieces.length; group += TENSORS_AT_ONCE) {
    const next = pieces[group + TENSORS_AT_ONCE]?.start ?? end;
    vector = writeGroup(pieces.slice(group, group + TENSORS_AT_ONCE), first, next, end, backend, vector);
    first = next;
  }
  return vector as TensorInfo;
}

function writeGroup(
  group: readonly Piece[],
  first: number,
  next: number,
  end: number,
  backend: WebGPUBackend,
  target: TensorInfo | undefined,
): TensorInfo {
  const flat = group.map(({ tensor }) => ({ ...tensor, shape: [util.sizeFromShape(tensor.shape)] }));
  const names = group.map((_, i) => `piece${i}`);
  const program: WebGPUProgram = {
    variableNames: names,
    outputShape: target === undefined ? [end] : [...target.shape],
    uniforms: ['first', 'next', ...names.map((name) => `${name}Start`)].map((name) => `${name} : i32,`).join(' '),
    shaderKey: `writeFlat_${group.length}`,
    dispatchLayout: { x: [0] },
    dispatch: [Math.max(1, Math.ceil((next - first) / WORKGROUP_SIZE)), 1, 1],
    workgroupSize: [WORKGROUP_SIZE, 1, 1],
    getUserCode: () => `
      fn main(index : i32) {
        let at = uniforms.first + index;
        if (at >= uniforms.next) {
          return;
        }
        var value = 0.0;
        ${names.map((name) => branch(name)).join(' else ')}
        result[at] = value;
      }
    `,
  };
  const numbers = [first, next, ...group.map(({ start }) => start)];
  return backend.runWebGPUProgram(
    program,
    flat,
    'float32',
    numbers.map((number) => ({ type: 'int32', data: [number] })),
    target,
  );
}

/** WGSL that reads a piece where `at` lies in it. */
function branch(name: string): string {
  return `if (at >= uniforms.${name}Start && at < uniforms.${name}Start + uniforms.${name}Shape) {
    value = ${name}[at - uniforms.${name}Start];
  }`;
}
