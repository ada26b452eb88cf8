import { range } from '../../range.ts';
import type { Components } from '../webgpu/webgpuFlatProgram.ts';
import { inputStep, tapOffsets } from './webgpuConvolutionAxis.ts';
import { type Finish, finishFunctions, momentMemory, writeSums } from './webgpuConvolutionFinish.ts';
import { type Block, blockSides, type ConvolutionPlan } from './webgpuConvolutionPlan.ts';
import { productsBySum, productsByTap } from './webgpuConvolutionProducts.ts';
import { weightPositions } from './webgpuConvolutionWeights.ts';

/** What a convolution's text depends on besides its plan. */
export interface ShaderOptions extends Finish {
  /** Of the output: how many channels are written at a time. */
  readonly components: Components;
  /** The filter is `[kh, kw, Cout, Cin]` and turned by 180°, as the gradient by the input reads the forward one. */
  readonly isFilterTurned: boolean;
}

/**
 * WGSL of a convolution of `x` with `weights`, and if planned one of `other` with `otherWeights` added to it. An invocation walks the input channels and multiplies each tap of the filter
 * with all pixels of its tile. Which pixel meets which tap is settled in the text, so that nothing is multiplied with a tap
 * that falls between the pixels of a dilated input.
 */
export function convolutionShader(plan: ConvolutionPlan, options: ShaderOptions): string {
  const { height, width, vectors, other } = plan;
  const sums = range(height).flatMap((y) =>
    range(width).flatMap((x) => range(vectors).map((v) => `sum${y}_${x}_${v}`)),
  );
  const second = other === null ? null : { ...plan, ...other };
  const tiled = Math.max(...[plan, second].map((part) => tilePixels(part?.inputTile ?? null)));
  return `
    ${finishFunctions(options)}
    ${momentMemory(plan, options)}
    ${tiled === 0 ? '' : `var<workgroup> inputTile : array<vec4<f32>, ${tiled}>;`}

    fn main(index : i32) {
      let shape = ${options.hasMoments ? 'uniforms.mapShape' : 'uniforms.outShape'};
      let outputVectors = (shape.w + 3) / 4;
      let groups = (outputVectors + ${vectors - 1}) / ${vectors};
      ${plan.block === null ? placeInLine(plan) : placeInBlock(plan, plan.block)}
      ${sums.map((name) => `var ${name} = vec4<f32>(0.0);`).join('\n')}
      ${addedProducts(plan, options)}
      ${second === null ? '' : ofOther(addedProducts(second, options))}

      ${writeSums(plan, options, sums)}
    }
  `;
}

const tilePixels = (tile: ConvolutionPlan['inputTile']) => (tile === null ? 0 : tile.height * tile.width);

/** WGSL that adds all products of a convolution to the sums. */
function addedProducts(plan: ConvolutionPlan, options: ShaderOptions): string {
  const { chunk, inputTile, order } = plan;
  return `
      {
        let inputs = uniforms.xShape.w / ${chunk === 4 ? 4 : 1};
        ${inputTile === null ? inputPositions(plan) : ''}
        ${weightPositions(plan, options)}
        for (var step = 0; step < uniforms.xShape.w / ${chunk}; step++) {
          ${inputTile === null ? '' : fillTile(plan, inputTile)}
          ${order === 'taps' ? productsByTap(plan, options) : productsBySum(plan, options)}
        }
      }`;
}

/** WGSL of a convolution of `x` with `weights`, as that of `other` with `otherWeights`. */
export function ofOther(code: string): string {
  return code
    .replace(/\bx\[/g, 'other[')
    .replace(/\bweights\[/g, 'otherWeights[')
    .replaceAll('uniforms.xShape', 'uniforms.otherShape');
}

/** WGSL that finds the tile and the output channels of an invocation, output channels first, then tiles. */
function placeInLine({ height, width, vectors }: ConvolutionPlan): string {
  return `
      let tilesX = (shape.z + ${width - 1}) / ${width};
      let tilesY = (shape.y + ${height - 1}) / ${height};
      let tile = index / groups;
      let tileRow = tile / tilesX;
      let tileX = tile - tileRow * tilesX;
      let picture = tileRow / tilesY;
      let tileY = tileRow - picture * tilesY;
      let firstVector = (index - tile * groups) * ${vectors};
      if (picture >= shape.x) {
        return;
      }`;
}

/**
 * WGSL that finds the same for the members of a workgroup, who are neighbours. None may leave early, for all wait for each
 * other.
 */
function placeInBlock(plan: ConvolutionPlan, block: Block): string {
  const { vectors, workgroupSize } = plan;
  const [blockHeight, blockWidth] = blockSides(plan);
  return `
      let lane = index % ${workgroupSize};
      let workgroup = index / ${workgroupSize};
      let groupBlocks = (groups + ${block.groups - 1}) / ${block.groups};
      let blocksX = (shape.z + ${blockWidth - 1}) / ${blockWidth};
      let blocksY = (shape.y + ${blockHeight - 1}) / ${blockHeight};
      let block = workgroup / groupBlocks;
      let blockRow = block / blocksX;
      let blockX = block - blockRow * blocksX;
      let picture = blockRow / blocksY;
      let blockY = blockRow - picture * blocksY;
      let spot = lane / ${block.groups};
      let tileInBlockY = spot / ${block.columns};
      let tileInBlockX = spot % ${block.columns};
      let tileY = blockY * ${block.rows} + tileInBlockY;
      let tileX = blockX * ${block.columns} + tileInBlockX;
      let firstVector = ((workgroup - block * groupBlocks) * ${block.groups} + lane % ${block.groups}) * ${vectors};`;
}

/** WGSL that finds the input pixels of an invocation's tile. */
function inputPositions(plan: ConvolutionPlan): string {
  const rows = tapOffsets(plan.rows, plan.height).all;
  const columns = tapOffsets(plan.columns, plan.width).all;
  return `
      // What lies beyond the input is read at its edge, then put away. (Branches, as of &&, are slow to compile.)
      ${rows
        .map(
          (offset, i) => `
      let inputY${i} = tileY * ${inputStep(plan.rows, plan.height)} + ${offset};
      let insideY${i} = (inputY${i} >= 0) & (inputY${i} < uniforms.xShape.y);
      let line${i} = (min(picture, uniforms.xShape.x - 1) * uniforms.xShape.y + clamp(inputY${i}, 0, uniforms.xShape.y - 1)) * uniforms.xShape.z;`,
        )
        .join('\n')}
      ${columns
        .map(
          (offset, i) => `
      let inputX${i} = tileX * ${inputStep(plan.columns, plan.width)} + ${offset};
      let insideX${i} = (inputX${i} >= 0) & (inputX${i} < uniforms.xShape.z);
      let column${i} = clamp(inputX${i}, 0, uniforms.xShape.z - 1);`,
        )
        .join('\n')}
      ${rows
        .flatMap((_, r) =>
          columns.map(
            (_, c) =>
              `let pixel${r}_${c} = (line${r} + column${c}) * inputs; let inside${r}_${c} = insideY${r} & insideX${c};`,
          ),
        )
        .join('\n')}`;
}

/** WGSL by which a workgroup reads its tile of the input, four channels of it, once the former four are done with. */
function fillTile(plan: ConvolutionPlan, tile: NonNullable<ConvolutionPlan['inputTile']>): string {
  const { rows, columns, height, width, workgroupSize } = plan;
  const [blockHeight, blockWidth] = blockSides(plan);
  const first = (axis: typeof rows, side: number) => tapOffsets(axis, side).all[0];
  return `
        workgroupBarrier();
        for (var i = lane; i < ${tile.height * tile.width}; i += ${workgroupSize}) {
          let inputY = blockY * ${inputStep(rows, blockHeight)} + ${first(rows, height)} + i / ${tile.width};
          let inputX = blockX * ${inputStep(columns, blockWidth)} + ${first(columns, width)} + i % ${tile.width};
          let inside = (inputY >= 0) & (inputY < uniforms.xShape.y) & (inputX >= 0) & (inputX < uniforms.xShape.z);
          let line = min(picture, uniforms.xShape.x - 1) * uniforms.xShape.y + clamp(inputY, 0, uniforms.xShape.y - 1);
          let pixel = line * uniforms.xShape.z + clamp(inputX, 0, uniforms.xShape.z - 1);
          inputTile[i] = select(vec4<f32>(0.0), x[pixel * inputs + step], inside);
        }
        workgroupBarrier();
        let tileAt = tileInBlockY * ${inputStep(rows, height) * tile.width} + tileInBlockX * ${inputStep(columns, width)};`;
}
