import { range } from '../../range.ts';
import type { LoopBody } from '../webgpu/webgpuTiling.ts';
import type { ConvolutionInfo } from './convolutionAttributes.ts';
import { ofOther } from './webgpuConvolutionShader.ts';

/** What one invocation sums, and over how many output pixels at a time. */
export interface FilterTile {
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

/** What a filter gradient's shader is written for, and how its pixels are shared out. */
export interface FilterGradientPlan extends FilterTile {
  readonly info: ConvolutionInfo;
  readonly withBias: boolean;
  /** Channels of the second input; `null`: there is none. */
  readonly otherInputs: number | null;
  /** Whether products are written as those of vectors, as graphics processors like it; software takes numbers apart anyway. */
  readonly isVectorized: boolean;
  /** Tiles of output pixels, those of all pictures of the batch counted together, come in that many blocks. */
  readonly blocks: number;
  readonly tilesEach: number;
  /** The first of those that sum over the second input. */
  readonly firstOfOther: number;
  readonly invocations: number;
}

/** Input pixels that a tile meets under its first row of taps or all of them, as offsets from where the tile begins. */
export function offsets(
  info: ConvolutionInfo,
  tile: Pick<FilterTile, 'tapRows' | 'height' | 'width'>,
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

/** Whether four channels of the input are read at once. */
export const readsVectors = ({ inputs, info }: FilterGradientPlan) => inputs === 4 && info.inChannels % 4 === 0;

/** WGSL that sums tiles of weights, of one filter or of two, over blocks of pixels. */
export function filterGradientShader(plan: FilterGradientPlan): string {
  if (plan.otherInputs === null) {
    return `
    ${writeFunction(plan)}

    fn main(index : i32) {
      let firstRow = 0;
      ${summing(plan)}
    }
  `;
  }
  return `
    ${writeFunction(plan)}

    fn main(index : i32) {
      if (index < uniforms.firstOfOther) {
        sumOwn(index);
      } else {
        sumOther(index - uniforms.firstOfOther);
      }
    }

    fn sumOwn(index : i32) {
      let firstRow = 0;
      ${summing(plan)}
    }

    fn sumOther(index : i32) {
      let firstRow = uniforms.otherRow;
      ${ofOther(summing(plan))}
    }
  `;
}

/** WGSL by which an invocation sums its tile of weights over its block of pixels. */
function summing(plan: FilterGradientPlan): string {
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
      let start = block * uniforms.outShape.y + firstRow;
      for (var i = 0; i < ${weights.length}; i++) {
        let tap = firstTapRow * ${tapRows * info.filterWidth} + i / ${inputs * vectors};
        let input = inputGroup * ${inputs} + (i / ${vectors}) % ${inputs};
        write(start + tap * uniforms.xShape.w + input, firstVector + i % ${vectors}, sums[i]);
      }
      ${biases.length > 0 ? `if (tapIndex % ${info.filterHeight / tapRows} == 0 && inputGroup == 0) {` : ''}
      ${biases.map((v) => `write(start + uniforms.outShape.y - 1, firstVector + ${v}, bias${v});`).join('\n')}
      ${biases.length > 0 ? '}' : ''}
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
function vectorPosition({ info }: FilterGradientPlan, vector: number): string {
  return info.outChannels % 4 === 0
    ? `let output${vector} = min(firstVector + ${vector}, outputVectors - 1);`
    : `let output${vector} = min(vec4<i32>(0, 1, 2, 3) + (firstVector + ${vector}) * 4, vec4<i32>(uniforms.dyShape.w - 1));`;
}

function readDy({ info }: FilterGradientPlan, y: number, x: number, vector: number): string {
  if (info.outChannels % 4 === 0) return `dy[dyAt${y}_${x} + output${vector}]`;
  const parts = [...'xyzw'].map((part) => `dy[dyAt${y}_${x} + output${vector}.${part}]`);
  return `vec4<f32>(${parts.join(', ')})`;
}

/** WGSL that writes four sums of a row of weights, or those of them that there are. */
function writeFunction({ info }: FilterGradientPlan): string {
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
