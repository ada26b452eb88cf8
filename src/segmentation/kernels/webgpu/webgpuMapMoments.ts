import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { gpuInternals } from '../../recording/gpuInternals.ts';
import { viewInfo, viewStart } from '../../recording/tensorViews.ts';
import { type FlatProgram, runFlatProgram } from './webgpuFlatProgram.ts';

/** Moments of a map, as the kernel that made it left them behind it. */
interface MapMoments {
  /** Element of the map's buffer at which they begin. */
  readonly start: number;
  /** Elements of the buffer. */
  readonly size: number;
  /** Pixels of a block; those at the right and at the bottom may have fewer. */
  readonly blockHeight: number;
  readonly blockWidth: number;
  /** Blocks of a picture. */
  readonly blocks: number;
}

/** By the map's data. */
const moments = new WeakMap<object, MapMoments>();

/**
 * Runs a program that writes a map `[B, H, W, C]`, `C` a multiple of four, and behind it the moments of its blocks of
 * `[height, width]` pixels, `[B·blocks, 2, C]`: mean, and sum of squared deviations from it. Its text finds the map's shape in
 * `uniforms.mapShape` and where the moments begin in `uniforms.momentsAt`. The caller disposes the map, and the moments with it.
 */
export function runWithMoments(
  backend: WebGPUBackend,
  program: Omit<FlatProgram, 'output' | 'uniforms'>,
  shape: readonly number[],
  [blockHeight, blockWidth]: readonly [number, number],
): TensorInfo {
  const [batch = 0, height = 0, width = 0, channels = 0] = shape;
  const blocks = Math.ceil(height / blockHeight) * Math.ceil(width / blockWidth);
  const start = viewStart(util.sizeFromShape([...shape]));
  const size = start + batch * blocks * 2 * channels;
  const whole = runFlatProgram(backend, {
    ...program,
    output: { shape: [size], dtype: 'float32', components: 4 },
    uniforms: { momentsAt: start, mapShape: [...shape] },
  });
  const map = viewInfo(gpuInternals(backend), whole, 0, [...shape]);
  backend.disposeData(whole.dataId);
  moments.set(map.dataId, { start, size, blockHeight, blockWidth, blocks });
  return map;
}

/** The moments that lie behind a map, `[B·blocks, 2, C]`, which the caller disposes; `null`: none do. */
export function mapMoments(
  map: TensorInfo,
  backend: WebGPUBackend,
): (Omit<MapMoments, 'start' | 'size'> & { readonly tensor: TensorInfo }) | null {
  const known = moments.get(map.dataId);
  if (known === undefined) return null;
  const [batch = 0, , , channels = 0] = map.shape;
  const { start, size, ...blocks } = known;
  const whole = { ...map, shape: [size] };
  return { ...blocks, tensor: viewInfo(gpuInternals(backend), whole, start, [batch * blocks.blocks, 2, channels]) };
}
