import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Components, componentsOf } from '../webgpu/webgpuFlatProgram.ts';
import { tilingLimits } from '../webgpu/webgpuTiling.ts';
import { addUpShares } from '../webgpu/webgpuWorkgroupSum.ts';

/** Pixels that an invocation of the passes over whole maps computes, so that it reads its channels' figures once. */
const PIXELS_EACH = 4;
/** A block of pixels is never smaller: its sums would be as long as itself. */
const MIN_BLOCK = 16;

/** Sizes of a map, and how it is cut: blocks of pixels that never straddle two pictures. */
export interface Cut {
  readonly batch: number;
  readonly pixels: number;
  readonly channels: number;
  readonly groups: number;
  readonly components: Components;
  /** Vectors of `components` channels in a pixel. */
  readonly vectors: number;
  /** Pixels of a block; the last one of a picture may have fewer. */
  readonly blockSize: number;
  /** Blocks of a picture. */
  readonly blocks: number;
  /** Invocations of a workgroup that adds up blocks. */
  readonly lanes: number;
}

/** A block's pixels, and the blocks of a picture, grow with the square root of its pixels: so do both passes over them. */
export function cut(x: TensorInfo, groups: number, backend: WebGPUBackend): Cut {
  const [batch, height, width, channels] = x.shape as [number, number, number, number];
  const pixels = height * width;
  const components = componentsOf(channels);
  const blockSize = Math.max(MIN_BLOCK, Math.ceil(Math.sqrt(pixels) / 4));
  const blocks = Math.ceil(pixels / blockSize);
  const vectors = channels / components;
  const { lanes } = tilingLimits(backend);
  return { batch, pixels, channels, groups, components, vectors, blockSize, blocks, lanes };
}

/** How pixels come in blocks: a map, and the sides of its blocks. */
export interface Blocks {
  readonly mapHeight: number;
  readonly mapWidth: number;
  readonly blockHeight: number;
  readonly blockWidth: number;
  /** Blocks of a picture. */
  readonly blocks: number;
}

/** The blocks of a cut, all in one long row. */
export function blocksInLine({ pixels, blockSize, blocks }: Cut): Blocks {
  return { mapHeight: 1, mapWidth: pixels, blockHeight: 1, blockWidth: blockSize, blocks };
}

/** Uniforms of a program over groups. */
export const groupUniforms = ({ batch, pixels, channels, groups }: Cut, blocks: Blocks) => ({
  batch,
  pixels,
  channels,
  groups,
  ...blocks,
  blocksAcross: Math.ceil(blocks.mapWidth / blocks.blockWidth),
});

/**
 * `main` of a program that runs `pixel` for every pixel of a block, four to an iteration; `at0` to `at3` are where a
 * pixel's vector lies in a map.
 */
export function overBlock({
  before,
  pixel,
  after,
}: {
  before: string;
  pixel: (k: number) => string;
  after: string;
}): string {
  return `
    fn main(index : i32) {
      if (index >= uniforms.invocations) {
        return;
      }
      let block = index / uniforms.vectors;
      let vector = index - block * uniforms.vectors;
      let picture = block / uniforms.blocks;
      let firstPixel = picture * uniforms.pixels + (block - picture * uniforms.blocks) * uniforms.blockSize;
      let endPixel = min(firstPixel + uniforms.blockSize, (picture + 1) * uniforms.pixels);
      ${before}
      let fours = (endPixel - firstPixel) / 4;
      var at0 = firstPixel * uniforms.vectors + vector;
      for (var four = 0; four < fours; four++) {
        let at1 = at0 + uniforms.vectors;
        let at2 = at1 + uniforms.vectors;
        let at3 = at2 + uniforms.vectors;
        ${[0, 1, 2, 3].map(pixel).join('')}
        at0 = at3 + uniforms.vectors;
      }
      for (var rest = firstPixel + 4 * fours; rest < endPixel; rest++) {
        ${pixel(0)}
        at0 += uniforms.vectors;
      }
      ${after}
    }
  `;
}

/**
 * `main` of a program with a workgroup to every group of channels of every picture. `body` may sum over the group's
 * blocks by {@link sumOverGroup}; then `channel` runs for each of its channels.
 */
export function overGroup(parts: {
  lanes: number;
  sums: readonly string[];
  type: string;
  body: string;
  channel: string;
}): string {
  const { lanes } = parts;
  return `
    ${parts.sums.map((name) => `var<workgroup> ${name}Shares : array<${parts.type}, ${lanes}>;`).join('\n')}

    fn main(index : i32) {
      let lane = i32(localIndex);
      let picture = index / ${lanes} / uniforms.groups;
      let group = index / ${lanes} - picture * uniforms.groups;
      let perGroup = uniforms.channels / uniforms.groups;
      let firstChannel = group * perGroup;
      let firstAt = 2 * picture * uniforms.blocks * uniforms.channels + firstChannel;
      let size = f32(uniforms.pixels * perGroup);
      let rowSize = uniforms.batch * uniforms.channels;
      ${parts.body}
      for (var i = lane; i < perGroup; i += ${lanes}) {
        let channel = firstChannel + i;
        let row = picture * uniforms.channels + channel;
        ${parts.channel}
      }
    }
  `;
}

/**
 * WGSL that adds up a term of all blocks and channels of a group: shares of the workgroup's invocations first, then these, in
 * the same order always. A term sees `at`, where a block's first figure of the channel lies, the
 * `channel` and the `count` of the block's pixels.
 */
export function sumOverGroup(lanes: number, name: string, type: string, term: string): string {
  return `
    var ${name}Share = ${type}(0.0);
    for (var i = lane; i < uniforms.blocks * perGroup; i += ${lanes}) {
      let block = i / perGroup;
      let inGroup = i - block * perGroup;
      let channel = firstChannel + inGroup;
      let at = firstAt + 2 * block * uniforms.channels + inGroup;
      let row = block / uniforms.blocksAcross;
      let pixelsDown = min(uniforms.blockHeight, uniforms.mapHeight - row * uniforms.blockHeight);
      let column = block - row * uniforms.blocksAcross;
      let count = f32(pixelsDown * min(uniforms.blockWidth, uniforms.mapWidth - column * uniforms.blockWidth));
      ${name}Share += ${term};
    }
    ${name}Shares[lane] = ${name}Share;
    ${addUpShares(`${name}Shares`, lanes, 1)}
    let ${name}Sum = ${name}Shares[0];`;
}

/** Invocations and uniforms of a pass over a map. */
export function mapShares(c: Cut) {
  const fours = Math.ceil(c.pixels / PIXELS_EACH);
  return {
    invocations: c.batch * fours * c.vectors,
    uniforms: { batch: c.batch, pixels: c.pixels, vectors: c.vectors, fours },
  };
}

/**
 * `main` of a program over every number of a map: an invocation writes one vector of four neighbouring pixels. Where the
 * picture has fewer, the last one is written again.
 */
export function overMap({ before, pixel }: { before: string; pixel: (at: string) => string }): string {
  return `
    fn main(index : i32) {
      if (index >= uniforms.invocations) {
        return;
      }
      let four = index / uniforms.vectors;
      let vector = index - four * uniforms.vectors;
      let picture = four / uniforms.fours;
      let firstPixel = (four - picture * uniforms.fours) * ${PIXELS_EACH};
      ${before}
      let firstAt = picture * uniforms.pixels * uniforms.vectors + vector;
      ${Array.from(
        { length: PIXELS_EACH },
        (_, k) => `
      let at${k} = firstAt + min(firstPixel + ${k}, uniforms.pixels - 1) * uniforms.vectors;
      ${pixel(`at${k}`)}`,
      ).join('')}
    }
  `;
}

/** Rows of the forward pass's statistics `[4, B, C]`. */
export const STATISTICS = ['mean', 'deviation', 'scale', 'offset'] as const;

/** WGSL that reads some of the statistics of the invocation's picture and vector of channels. */
export function readStatistics(wanted: readonly (typeof STATISTICS)[number][]): string {
  const reads = wanted.map(
    (name) =>
      `let ${name} = statistics[(${STATISTICS.indexOf(name)} * uniforms.batch + picture) * uniforms.vectors + vector];`,
  );
  return reads.join('\n');
}
