import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { gpuInternals } from '../../recording/gpuInternals.ts';
import { type DeferredSum, deferredSum } from './webgpuDeferredSums.ts';
import type { Piece } from './webgpuWriteFlat.ts';

/** Invocations of a workgroup: of each, some add up blocks and some stand side by side over elements. */
const LANES = 256;
/** Buffers that one dispatch reads, where the device allows as many: more would make a text of its own for every network. */
const MAX_BUFFERS = 15;
/** Additions of one invocation at most, as long as there are lanes to share them. */
const BLOCKS_EACH = 32;
/** Neighbours read neighbouring numbers: fewer side by side would read a line of memory for one number. */
const MIN_SIDE = 4;

/** A piece as the shader sees it. */
interface Part {
  /** Place among the dispatch's buffers. */
  readonly buffer: number;
  readonly start: number;
  readonly length: number;
  /** The same and what is to be zero up to the next piece. */
  readonly span: number;
  readonly sum: DeferredSum;
  /** Elements that a workgroup adds up side by side. */
  readonly side: number;
}

/**
 * Adds up the blocks of every piece, or copies it, into a vector of `end` elements, zeros between the pieces: as many pieces
 * to a dispatch as the device binds buffers to a shader. The pieces are in order, do not overlap and lie within. The caller
 * disposes the vector; throws a `RangeError` unless the first piece begins it. Blocks are added in an order of its own, always the same.
 */
export function addUpFlat(pieces: readonly Piece[], end: number, backend: WebGPUBackend): TensorInfo {
  const gpu = gpuInternals(backend);
  const bufferOf = (tensor: TensorInfo) => gpu.tensorMap.get(tensor.dataId).resource;
  const most = Math.min(MAX_BUFFERS, backend.device.limits.maxStorageBuffersPerShaderStage - 1);
  let vector: TensorInfo | undefined;
  let [inputs, parts]: [TensorInfo[], Part[]] = [[], []];
  const run = () => {
    vector = dispatch(inputs, parts, end, backend, vector);
    [inputs, parts] = [[], []];
  };
  pieces.forEach(({ tensor, start }, i) => {
    const length = util.sizeFromShape(tensor.shape);
    const sum = deferredSum(tensor) ?? { blocks: 1, stride: length, offset: 0, size: length };
    const isShared = (other: TensorInfo) => deferredSum(tensor) !== undefined && bufferOf(other) === bufferOf(tensor);
    if (inputs.length === most && !inputs.some(isShared)) run();
    const known = inputs.findIndex(isShared);
    const buffer = known === -1 ? inputs.push({ ...tensor, shape: [sum.size] }) - 1 : known;
    if (i === 0 && start !== 0) throw new RangeError(`The first piece begins the vector, not at ${start}.`);
    parts.push({ buffer, start, length, span: (pieces[i + 1]?.start ?? end) - start, sum, side: sideOf(sum) });
  });
  run();
  return vector as TensorInfo;
}

/** As many elements side by side as leave an invocation few enough blocks. */
function sideOf({ blocks }: DeferredSum): number {
  let side = LANES;
  while (side > MIN_SIDE && blocks * side > BLOCKS_EACH * LANES) side /= 2;
  return side;
}

function dispatch(
  inputs: readonly TensorInfo[],
  parts: readonly Part[],
  end: number,
  backend: WebGPUBackend,
  target: TensorInfo | undefined,
): TensorInfo {
  const numbers: Record<string, number> = {};
  let workgroups = 0;
  parts.forEach(({ start, length, span, sum, side }, i) => {
    Object.assign(numbers, { [`first${i}`]: workgroups, [`start${i}`]: start, [`length${i}`]: length });
    workgroups += Math.ceil(span / side);
    Object.assign(numbers, { [`end${i}`]: workgroups, [`span${i}`]: span, [`side${i}`]: side });
    Object.assign(numbers, { [`offset${i}`]: sum.offset, [`stride${i}`]: sum.stride, [`blocks${i}`]: sum.blocks });
  });
  return backend.runWebGPUProgram(
    {
      variableNames: inputs.map((_, i) => `buffer${i}`),
      outputShape: [end],
      uniforms: Object.keys(numbers)
        .map((name) => `${name} : i32,`)
        .join(' '),
      shaderKey: `addUpFlat_${parts.map(({ buffer }) => buffer).join(',')}`,
      dispatchLayout: { x: [0] },
      dispatch: [workgroups, 1, 1],
      workgroupSize: [LANES, 1, 1],
      getUserCode: () => shader(parts),
    },
    [...inputs],
    'float32',
    Object.values(numbers).map((number) => ({ type: 'int32', data: [number] })),
    target,
  );
}

function shader(parts: readonly Part[]): string {
  return `
    var<workgroup> shares : array<f32, ${LANES}>;

    fn main(index : i32) {
      let lane = i32(localIndex);
      let workgroup = index / ${LANES};
      var share = 0.0;
      var side = 1;
      var place = -1;
      ${parts
        .map(
          ({ buffer }, i) => `
      if (workgroup >= uniforms.first${i} && workgroup < uniforms.end${i}) {
        side = uniforms.side${i};
        let element = (workgroup - uniforms.first${i}) * side + lane % side;
        if (element < uniforms.span${i}) {
          place = uniforms.start${i} + element;
        }
        if (element < uniforms.length${i}) {
          for (var block = lane / side; block < uniforms.blocks${i}; block += ${LANES} / side) {
            share += buffer${buffer}[uniforms.offset${i} + block * uniforms.stride${i} + element];
          }
        }
      }`,
        )
        .join('')}
      shares[lane] = share;
      workgroupBarrier();
      // All wait for each other the same number of times, however many elements stand side by side.
      for (var half = ${LANES / 2}; half >= 1; half /= 2) {
        if (lane < half && half >= side) {
          shares[lane] += shares[lane + half];
        }
        workgroupBarrier();
      }
      if (lane < side && place >= 0) {
        result[place] = shares[lane];
      }
    }
  `;
}
