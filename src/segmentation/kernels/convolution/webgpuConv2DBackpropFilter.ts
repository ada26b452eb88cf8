import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { Conv2DBackpropFilter, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { range } from '../../range.ts';
import { addKernel, replaceKernel } from '../replaceKernel.ts';
import { sumOfBlocks, twoSumsOfBlocks } from '../webgpu/webgpuBlockSum.ts';
import { deferSums } from '../webgpu/webgpuDeferredSums.ts';
import { componentsOf, runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import { cheapestTiling, HARDWARE_COSTS, type LoopBody, tilingLimits } from '../webgpu/webgpuTiling.ts';
import { CONV_2D_BACKPROP_FILTER_BIAS } from './conv2DBackpropFilterBias.ts';
import { type ConvolutionInfo, convolutionInfo, type FilterGradientAttributes } from './convolutionAttributes.ts';

interface Inputs {
  /** `[B, H, W, Cin]` */
  readonly x: TensorInfo;
  /** `[B, H', W', Cout]` */
  readonly dy: TensorInfo;
}

/** What one invocation sums, and over how many output pixels at a time. */
interface Tile {
  /** Rows of the filter: all or one. */
  readonly tapRows: number;
  readonly inputs: number;
  /** Vectors of four output channels. */
  readonly vectors: number;
  /** Output pixels of one turn of the loop. */
  readonly height: number;
  readonly width: number;
  readonly body: LoopBody;
}

interface Plan extends Tile {
  readonly info: ConvolutionInfo;
  readonly withBias: boolean;
  /** Whether products are written as those of vectors, as graphics processors like it; software takes numbers apart anyway. */
  readonly isVectorized: boolean;
  /** Tiles of output pixels, those of all pictures of the batch counted together, come in that many blocks. */
  readonly blocks: number;
  readonly tilesEach: number;
  readonly invocations: number;
}

/**
 * Sums of blocks of pixels: `[blocks, kh·kw·Cin, Cout]`, with the bias gradient's share as one row more. The caller
 * disposes them.
 *
 * The stock kernel gives each weight one invocation that walks every pixel: few invocations, two reads for each product
 * and one long sum in single precision. Here an invocation sums a tile of weights over a block of pixels, and a second
 * pass adds the blocks, in order, so that equal inputs give equal bits.
 */
function blockSums({ x, dy }: Inputs, plan: Plan, backend: WebGPUBackend): TensorInfo {
  const { info, withBias, tapRows, inputs, vectors, height, width } = plan;
  const rows = info.filterHeight * info.filterWidth * info.inChannels;
  const components = componentsOf(info.outChannels);
  const key = [
    [info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth, info.dilationHeight, info.dilationWidth],
    [info.padInfo.top, info.padInfo.left],
    [tapRows, inputs, vectors, height, width],
    [plan.isVectorized],
  ];
  return runFlatProgram(backend, {
    name: ['filterGradientBlocks', ...key.map((part) => part.join(',')), withBias].join('_'),
    inputs: { x: [x, readsVectors(plan) ? 4 : 1], dy: [dy, components] },
    output: {
      shape: [plan.blocks, rows + (withBias ? 1 : 0), info.outChannels],
      dtype: 'float32',
      components,
    },
    invocations: plan.invocations,
    workgroupSize: tilingLimits(backend).workgroupSize,
    uniforms: { blocks: plan.blocks, tilesEach: plan.tilesEach },
    code: () => shader(plan),
  });
}

/** The cheapest tiling, and the pixels shared out so that there are enough invocations. */
function planOf({ x, dy }: Inputs, attrs: FilterGradientAttributes, withBias: boolean, backend: WebGPUBackend): Plan {
  const info = convolutionInfo(x, attrs);
  const limits = tilingLimits(backend);
  const isVectorized = limits.inputReads !== 'software';
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  const inputCounts = [1, 2, 3, 4].filter((inputs) => inChannels % inputs === 0);
  const vectorCounts = outChannels > 4 ? [1, 2] : [1];
  const tiles = [1, filterHeight].flatMap((tapRows) =>
    [1, 2, 4].flatMap((height) =>
      [2, 4, 8].flatMap((width) => {
        const { rows, columns } = offsets(info, { tapRows, height, width });
        return inputCounts.flatMap((inputs) =>
          vectorCounts.map((vectors): Tile => {
            const sums = tapRows * filterWidth * inputs * vectors * 4;
            const pixels = rows.length * columns.length;
            // Of vectors, where such are read.
            const reads = isVectorized
              ? pixels * (inputs === 4 ? 1 : inputs) + height * width * vectors
              : pixels * inputs + height * width * vectors * 4;
            return { tapRows, inputs, vectors, height, width, body: { sums, reads, products: sums * height * width } };
          }),
        );
      }),
    ),
  );
  const tile = isVectorized
    ? cheapestTiling(tiles, { ...limits, products: 4 * limits.products }, HARDWARE_COSTS)
    : cheapestTiling(tiles, limits);
  const groups =
    (filterHeight / tile.tapRows) * (inChannels / tile.inputs) * Math.ceil(outChannels / (4 * tile.vectors));
  const [batch, outHeight, outWidth] = dy.shape as [number, number, number, number];
  const pixelTiles = batch * Math.ceil(outHeight / tile.height) * Math.ceil(outWidth / tile.width);
  const tilesEach = Math.ceil(pixelTiles / Math.min(Math.ceil(limits.wantedInvocations / groups), pixelTiles));
  const blocks = Math.ceil(pixelTiles / tilesEach);
  return { ...tile, info, withBias, isVectorized, blocks, tilesEach, invocations: groups * blocks };
}

/** Input pixels that a tile meets under its first row of taps or all of them, as offsets from where the tile begins. */
function offsets(
  info: ConvolutionInfo,
  tile: Pick<Tile, 'tapRows' | 'height' | 'width'>,
): { rows: number[]; columns: number[] } {
  const along = (side: number, stride: number, taps: number, dilation: number) => {
    const all = range(side).flatMap((output) => range(taps).map((tap) => output * stride + tap * dilation));
    return [...new Set(all)].sort((a, b) => a - b);
  };
  return {
    rows: along(tile.height, info.strideHeight, tile.tapRows, info.dilationHeight),
    columns: along(tile.width, info.strideWidth, info.filterWidth, info.dilationWidth),
  };
}

const readsVectors = ({ inputs, info }: Plan) => inputs === 4 && info.inChannels % 4 === 0;

function shader(plan: Plan): string {
  const { info, tapRows, inputs, vectors, height, width } = plan;
  const { rows, columns } = offsets(info, plan);
  const outputs = range(height).flatMap((y) => range(width).map((x) => ({ name: `dy${y}_${x}`, y, x })));
  const weights = range(tapRows).flatMap((tapY) =>
    range(info.filterWidth).flatMap((tapX) =>
      range(inputs).flatMap((input) =>
        range(vectors).map((vector) => ({ name: `sum${tapY}_${tapX}_${input}_${vector}`, tapY, tapX, input, vector })),
      ),
    ),
  );
  const source = (row: number, column: number, input: number) => {
    const name = `x${rows.indexOf(row)}_${columns.indexOf(column)}`;
    return readsVectors(plan) ? `${name}.${'xyzw'[input]}` : `${name}_${input}`;
  };
  const product = (weight: (typeof weights)[number], output: (typeof outputs)[number], component?: string) => {
    const row = output.y * info.strideHeight + weight.tapY * info.dilationHeight;
    const column = output.x * info.strideWidth + weight.tapX * info.dilationWidth;
    const gradient = `${output.name}_${weight.vector}`;
    return `${source(row, column, weight.input)} * ${component === undefined ? gradient : `${gradient}.${component}`}`;
  };
  const biases = plan.withBias ? range(vectors) : [];
  return `
    ${writeFunction(plan)}

    fn main(index : i32) {
      let outputVectors = (uniforms.dyShape.w + 3) / 4;
      let outputGroups = (outputVectors + ${vectors - 1}) / ${vectors};
      let inputGroups = uniforms.xShape.w / ${inputs};
      let inputIndex = index / outputGroups;
      let firstVector = (index - inputIndex * outputGroups) * ${vectors};
      let tapIndex = inputIndex / inputGroups;
      let inputGroup = inputIndex - tapIndex * inputGroups;
      let block = tapIndex / ${info.filterHeight / tapRows};
      let firstTapRow = tapIndex - block * ${info.filterHeight / tapRows};
      if (block >= uniforms.blocks) {
        return;
      }

      let tilesX = (uniforms.dyShape.z + ${width - 1}) / ${width};
      let tilesY = (uniforms.dyShape.y + ${height - 1}) / ${height};
      let firstTile = block * uniforms.tilesEach;
      let endTile = min(firstTile + uniforms.tilesEach, uniforms.dyShape.x * tilesY * tilesX);
      let inputSize = uniforms.xShape.w / ${readsVectors(plan) ? 4 : 1};
      let firstInput = inputGroup * ${readsVectors(plan) ? 1 : inputs};
      ${range(vectors)
        .map((v) => vectorPosition(plan, v))
        .join('\n')}
      ${weights.map(({ name }) => `var ${name} = vec4<f32>(0.0);`).join('\n')}
      ${biases.map((v) => `var bias${v} = vec4<f32>(0.0);`).join('\n')}
      for (var tile = firstTile; tile < endTile; tile++) {
        let tileRow = tile / tilesX;
        let picture = tileRow / tilesY;
        let outX = (tile - tileRow * tilesX) * ${width};
        let outY = (tileRow - picture * tilesY) * ${height};

        // What lies beyond a map is read at its edge, then put away. (Branches, as of &&, are slow to compile.)
        let inputY = outY * ${info.strideHeight} + firstTapRow * ${info.dilationHeight} - ${info.padInfo.top};
        let inputX = outX * ${info.strideWidth} - ${info.padInfo.left};
        ${edges('x', 'input', rows, columns, 'inputSize', 'firstInput')}
        ${edges('dy', 'out', range(height), range(width), plan.info.outChannels % 4 === 0 ? 'outputVectors' : 'uniforms.dyShape.w', '0')}
        ${grid(rows, columns, (r, c) =>
          readsVectors(plan)
            ? `let x${r}_${c} = select(vec4<f32>(0.0), x[xAt${r}_${c}], xInside${r}_${c});`
            : range(inputs)
                .map((i) => `let x${r}_${c}_${i} = select(0.0, x[xAt${r}_${c} + ${i}], xInside${r}_${c});`)
                .join('\n'),
        )}
        ${outputs
          .flatMap(({ name, y, x }) =>
            range(vectors).map(
              (v) => `let ${name}_${v} = select(vec4<f32>(0.0), ${readDy(plan, y, x, v)}, dyInside${y}_${x});`,
            ),
          )
          .join('\n')}
        ${weights
          .map((weight) => {
            if (plan.isVectorized)
              return `${weight.name} += ${outputs.map((output) => product(weight, output)).join(' + ')};`;
            const parts = [...'xyzw'].map((part) => outputs.map((output) => product(weight, output, part)).join(' + '));
            return `${weight.name} += vec4<f32>(${parts.join(', ')});`;
          })
          .join('\n')}
        ${biases.map((v) => `bias${v} += ${outputs.map(({ name }) => `${name}_${v}`).join(' + ')};`).join('\n')}
      }

      // A loop over the finished sums: unrolled, it would take longer to compile than the products. (Of a constant not every
      // compiler takes an element by an index that varies.)
      var sums = array<vec4<f32>, ${weights.length}>(${weights.map(({ name }) => name).join(', ')});
      let start = block * uniforms.outShape.y;
      for (var i = 0; i < ${weights.length}; i++) {
        let tap = firstTapRow * ${tapRows * info.filterWidth} + i / ${inputs * vectors};
        let input = inputGroup * ${inputs} + (i / ${vectors}) % ${inputs};
        write(start + tap * uniforms.xShape.w + input, firstVector + i % ${vectors}, sums[i]);
      }
      ${biases.length > 0 ? `if (tapIndex % ${info.filterHeight / tapRows} == 0 && inputGroup == 0) {` : ''}
      ${biases.map((v) => `write(start + uniforms.outShape.y - 1, firstVector + ${v}, bias${v});`).join('\n')}
      ${biases.length > 0 ? '}' : ''}
    }
  `;
}

function grid(rows: readonly number[], columns: readonly number[], line: (row: number, column: number) => string) {
  return rows.flatMap((_, r) => columns.map((_, c) => line(r, c))).join('\n');
}

/** WGSL that finds where the pixels at some offsets lie in a map, and which lie inside. */
function edges(
  map: 'x' | 'dy',
  corner: string,
  rows: readonly number[],
  columns: readonly number[],
  pixelSize: string,
  channel: string,
): string {
  const shape = `uniforms.${map}Shape`;
  return [
    ...rows.map(
      (offset, r) => `
      let ${map}Row${r} = ${corner}Y + ${offset};
      let ${map}RowInside${r} = (${map}Row${r} >= 0) & (${map}Row${r} < ${shape}.y);
      let ${map}Line${r} = (picture * ${shape}.y + clamp(${map}Row${r}, 0, ${shape}.y - 1)) * ${shape}.z;`,
    ),
    ...columns.map(
      (offset, c) => `
      let ${map}Column${c} = ${corner}X + ${offset};
      let ${map}ColumnInside${c} = (${map}Column${c} >= 0) & (${map}Column${c} < ${shape}.z);
      let ${map}Clamped${c} = clamp(${map}Column${c}, 0, ${shape}.z - 1);`,
    ),
    grid(
      rows,
      columns,
      (r, c) => `
      let ${map}At${r}_${c} = (${map}Line${r} + ${map}Clamped${c}) * ${pixelSize} + ${channel};
      let ${map}Inside${r}_${c} = ${map}RowInside${r} & ${map}ColumnInside${c};`,
    ),
  ].join('\n');
}

/** WGSL that finds the output channels of a vector; where these reach beyond the last channel, that one again. */
function vectorPosition({ info }: Plan, vector: number): string {
  return info.outChannels % 4 === 0
    ? `let output${vector} = min(firstVector + ${vector}, outputVectors - 1);`
    : `let output${vector} = min(vec4<i32>(0, 1, 2, 3) + (firstVector + ${vector}) * 4, vec4<i32>(uniforms.dyShape.w - 1));`;
}

function readDy({ info }: Plan, y: number, x: number, vector: number): string {
  if (info.outChannels % 4 === 0) return `dy[dyAt${y}_${x} + output${vector}]`;
  const parts = [...'xyzw'].map((part) => `dy[dyAt${y}_${x} + output${vector}.${part}]`);
  return `vec4<f32>(${parts.join(', ')})`;
}

/** WGSL that writes four sums of a row of weights, or those of them that there are. */
function writeFunction({ info }: Plan): string {
  if (info.outChannels % 4 === 0) {
    return `fn write(row : i32, vector : i32, sums : vec4<f32>) {
      if (vector < uniforms.dyShape.w / 4) {
        result[row * (uniforms.dyShape.w / 4) + vector] = sums;
      }
    }`;
  }
  return `fn write(row : i32, vector : i32, sums : vec4<f32>) {
    for (var i = 0; i < min(uniforms.dyShape.w - vector * 4, 4); i++) {
      result[row * uniforms.dyShape.w + vector * 4 + i] = sums[i];
    }
  }`;
}

/**
 * Filter gradient of a 2-D convolution on the WebGPU backend, in two dispatches: inputs `x [B, H, W, Cin]` and
 * `dy [B, H', W', Cout]`, result `[kh, kw, Cin, Cout]`.
 */
function filterGradient(inputs: Inputs, attrs: FilterGradientAttributes, backend: WebGPUBackend): TensorInfo {
  const sums = blockSums(inputs, planOf(inputs, attrs, false, backend), backend);
  const deferred = deferSums(sums, [{ start: 0, shape: attrs.filterShape }], backend);
  if (deferred !== null) return deferred[0] as TensorInfo;
  const weights = util.sizeFromShape(attrs.filterShape);
  const vector = sumOfBlocks(sums, weights, weights, backend);
  backend.disposeData(sums.dataId);
  return { ...vector, shape: attrs.filterShape };
}

/** The same with the bias gradient `[Cout]`, the sum of `dy` over all pixels; both lie in one buffer. */
function filterAndBiasGradient(inputs: Inputs, attrs: FilterGradientAttributes, backend: WebGPUBackend): TensorInfo[] {
  const sums = blockSums(inputs, planOf(inputs, attrs, true, backend), backend);
  return twoSumsOfBlocks(sums, attrs.filterShape, backend);
}

/**
 * Replaces the WebGPU backend's `Conv2DBackpropFilter`, but for channels first, and adds `Conv2DBackpropFilterBias`:
 * inputs `{x, dy}` and attributes as the former's, results `[filterGradient, biasGradient]`. Idempotent; call it once
 * the backend's package is loaded.
 */
export function registerWebGpuFilterGradient(): void {
  replaceKernel(Conv2DBackpropFilter, 'webgpu', (stock) => (params) => {
    const attrs = params.attrs as unknown as FilterGradientAttributes;
    if (attrs.dataFormat === 'NCHW') return stock(params);
    return filterGradient(params.inputs as unknown as Inputs, attrs, params.backend as WebGPUBackend);
  });
  addKernel(CONV_2D_BACKPROP_FILTER_BIAS, 'webgpu', ({ inputs, attrs, backend }) =>
    filterAndBiasGradient(
      inputs as unknown as Inputs,
      attrs as unknown as FilterGradientAttributes,
      backend as WebGPUBackend,
    ),
  );
}
