import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { type Components, componentsOf, floatType, runFlatProgram } from '../webgpu/webgpuFlatProgram.ts';
import { cheapestTiling, type Turn, tilingLimits } from '../webgpu/webgpuTiling.ts';

/**
 * How output pixels meet input pixels along one axis: output `o` sees, under tap `t`, the input pixel
 * `(o·stride + t·dilation − pad) / spread` where that is whole, and nothing elsewhere.
 */
export interface ConvolutionAxis {
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pad: number;
  /** How far apart the input's pixels were laid, zeros between them: 1, or the stride of the convolution transposed. */
  readonly spread: number;
}

/** One convolution with what follows it: `activation(x ∗ filter + bias + addend)`. */
export interface Convolution {
  /** `[B, H, W, Cin]` */
  readonly x: TensorInfo;
  /** `[kh, kw, Cin, Cout]` */
  readonly filter: TensorInfo;
  readonly rows: ConvolutionAxis;
  readonly columns: ConvolutionAxis;
  /** `[B, H', W', Cout]` */
  readonly outputShape: readonly number[];
  /** `[Cout]` */
  readonly bias: TensorInfo | null;
  /** Of the output's shape. */
  readonly addend: TensorInfo | null;
  readonly relu: boolean;
}

/** What one invocation computes: so many output pixels by so many vectors of four output channels. */
interface Tile {
  readonly height: number;
  readonly width: number;
  readonly vectors: number;
}

/** A tile, and how the shader's loop walks the input channels: with what a convolution's shader is written. */
export interface ConvolutionPlan extends Tile {
  readonly rows: ConvolutionAxis;
  readonly columns: ConvolutionAxis;
  /** Input channels in one turn of the loop. */
  readonly chunk: 1 | 2 | 4;
  readonly turn: Turn;
}

/** A convolution that was planned, without its tensors: a shader of its own, whatever sizes it runs on. */
export interface PlannedConvolution {
  readonly plan: ConvolutionPlan;
  /** Geometry and what follows the sum, in one word. */
  readonly kind: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly hasBias: boolean;
  readonly hasAddend: boolean;
  readonly relu: boolean;
}

const planned = new WeakMap<WebGPUBackend, Map<string, PlannedConvolution>>();
let isPlanFollowed = false;

/** Every convolution that a backend ran, or compiled ahead, each with the tiling that it was given. */
export function plannedConvolutions(backend: WebGPUBackend): PlannedConvolution[] {
  return [...(planned.get(backend)?.values() ?? [])];
}

/**
 * Runs `work`, which waits for nothing, with convolutions tiled as others of their kind were before, not as suits their own
 * sizes: what is tried on small maps is then the shader that large ones get.
 */
export function followingPlans<Result>(work: () => Result): Result {
  isPlanFollowed = true;
  try {
    return work();
  } finally {
    isPlanFollowed = false;
  }
}

/**
 * Runs a convolution on the WebGPU backend in one dispatch, by the plan that suits its size unless another one is given;
 * the caller disposes the result.
 *
 * A direct convolution, tiled over registers: an invocation walks the input channels and multiplies each tap of the
 * filter with all pixels of its tile. Which pixel meets which tap is settled in the shader's text, so that no
 * invocation multiplies a tap that falls between the pixels of a spread input. Each sum adds up the products of a turn
 * of the loop before it takes them in: that is more accurate than one long sum, and keeps a single value in a register.
 */
export function convolve(
  backend: WebGPUBackend,
  convolution: Convolution,
  plan = (isPlanFollowed ? formerPlan(backend, convolution) : null) ?? planOf(backend, convolution),
): TensorInfo {
  const { x, filter, bias, addend, outputShape } = convolution;
  const outputComponents = componentsOf(outputShape[3] as number);
  const extras = {
    ...(bias === null ? {} : { bias: [bias, outputComponents] as const }),
    ...(addend === null ? {} : { addend: [addend, outputComponents] as const }),
  };
  const tile = [plan.height, plan.width, plan.vectors, plan.chunk].join(',');
  const name = `convolution_${kindOf(convolution)}_${tile}`;
  note(backend, name, convolution, plan);
  return runFlatProgram(backend, {
    name,
    inputs: { x: [x, plan.chunk === 4 ? 4 : 1], weights: [filter, outputComponents], ...extras },
    output: { shape: outputShape, dtype: 'float32', components: outputComponents },
    invocations: invocationsOf(plan, outputShape),
    workgroupSize: tilingLimits(backend).workgroupSize,
    uniforms: {},
    code: () => shader(plan, convolution, outputComponents),
  });
}

/** What a shader's text depends on besides its tile. */
function kindOf({ rows, columns, bias, addend, relu }: Convolution): string {
  const axisKey = (axis: ConvolutionAxis) => [axis.taps, axis.stride, axis.dilation, axis.pad, axis.spread].join(',');
  return [axisKey(rows), axisKey(columns), bias !== null, addend !== null, relu].join('_');
}

function note(backend: WebGPUBackend, name: string, convolution: Convolution, plan: ConvolutionPlan): void {
  const { x, outputShape, bias, addend, relu } = convolution;
  const [inputs, outputs] = [x.shape[3] as number, outputShape[3] as number];
  const known = planned.get(backend) ?? new Map<string, PlannedConvolution>();
  planned.set(backend, known);
  const key = `${name}_${inputs}_${outputs}`;
  if (known.has(key)) return;
  const kind = kindOf(convolution);
  known.set(key, { plan, kind, inputs, outputs, hasBias: bias !== null, hasAddend: addend !== null, relu });
}

/** How a convolution of this kind and these channels was planned first; `null`: none was. */
function formerPlan(backend: WebGPUBackend, convolution: Convolution): ConvolutionPlan | null {
  const kind = kindOf(convolution);
  const [inputs, outputs] = [convolution.x.shape[3], convolution.outputShape[3]];
  const former = plannedConvolutions(backend).find(
    (other) => other.kind === kind && other.inputs === inputs && other.outputs === outputs,
  );
  return former?.plan ?? null;
}

/** The cheapest tiling of those that leave enough invocations, or the smallest. */
function planOf(backend: WebGPUBackend, { rows, columns, x, outputShape }: Convolution): ConvolutionPlan {
  const limits = tilingLimits(backend);
  const [inputs, outputs] = [x.shape[3] as number, outputShape[3] as number];
  const chunks = ([1, 2, 4] as const).filter((chunk) => inputs % chunk === 0);
  const taps = rows.taps * columns.taps;
  const tapsOfOutput = taps / (rows.spread * columns.spread);
  const plans = [2, 4, 8].flatMap((leastHeight) => {
    const height = roundUp(leastHeight, rows.spread);
    const inputRows = meetings(rows, height).offsets.length;
    return [2, 4, 8].flatMap((leastWidth) => {
      const width = roundUp(leastWidth, columns.spread);
      const pixels = inputRows * meetings(columns, width).offsets.length;
      return [1, 2].flatMap((vectors) =>
        chunks.map((chunk): ConvolutionPlan => {
          const sums = height * width * vectors * 4;
          const turn = { sums, reads: chunk * (pixels + taps * vectors * 4), products: sums * tapsOfOutput * chunk };
          return { rows, columns, height, width, vectors, chunk, turn };
        }),
      );
    });
  });
  const useful = plans.filter(
    (plan, i) =>
      i === 0 || (4 * plan.vectors < outputs + 4 && invocationsOf(plan, outputShape) >= limits.wantedInvocations),
  );
  return cheapestTiling(useful, limits);
}

const roundUp = (side: number, multiple: number) => Math.ceil(side / multiple) * multiple;

function invocationsOf(plan: Tile, [batch, height, width, channels]: readonly number[]): number {
  const tiles = Math.ceil((height as number) / plan.height) * Math.ceil((width as number) / plan.width);
  return (batch as number) * tiles * Math.ceil((channels as number) / (4 * plan.vectors));
}

/** Which input pixels a tile meets along an axis, as offsets from where the tile begins on the input. */
interface Meetings {
  readonly offsets: readonly number[];
  /** Those of one output pixel. */
  of(output: number): { readonly tap: number; readonly offset: number }[];
}

function meetings(axis: ConvolutionAxis, side: number): Meetings {
  const of = (output: number) =>
    range(axis.taps)
      .map((tap) => ({ tap, offset: (output * axis.stride + tap * axis.dilation - axis.pad) / axis.spread }))
      .filter(({ offset }) => Number.isInteger(offset));
  const offsets = [...new Set(range(side).flatMap((output) => of(output).map(({ offset }) => offset)))];
  return { offsets: offsets.sort((a, b) => a - b), of };
}

function shader(plan: ConvolutionPlan, { bias, addend, relu }: Convolution, components: Components): string {
  const { height, width, chunk } = plan;
  const rows = meetings(plan.rows, height);
  const columns = meetings(plan.columns, width);
  const vectors = range(plan.vectors);
  const sums = range(height).flatMap((y) => range(width).flatMap((x) => vectors.map((v) => `sum${y}_${x}_${v}`)));
  const taps = range(plan.rows.taps * plan.columns.taps);
  return `
    ${finishFunction(bias !== null, addend !== null, relu, components)}

    fn main(index : i32) {
      let shape = uniforms.outShape;
      let outputVectors = (shape.w + 3) / 4;
      let groups = (outputVectors + ${plan.vectors - 1}) / ${plan.vectors};
      let tilesX = (shape.z + ${width - 1}) / ${width};
      let tilesY = (shape.y + ${height - 1}) / ${height};
      let tile = index / groups;
      let tileRow = tile / tilesX;
      let tileX = tile - tileRow * tilesX;
      let picture = tileRow / tilesY;
      let tileY = tileRow - picture * tilesY;
      let firstVector = (index - tile * groups) * ${plan.vectors};
      if (picture >= shape.x) {
        return;
      }

      // What lies beyond the input is read at its edge, then put away. (Branches, as of &&, are slow to compile.)
      let inputs = uniforms.xShape.w / ${chunk === 4 ? 4 : 1};
      ${rows.offsets
        .map(
          (offset, i) => `
      let inputY${i} = tileY * ${(height * plan.rows.stride) / plan.rows.spread} + ${offset};
      let insideY${i} = (inputY${i} >= 0) & (inputY${i} < uniforms.xShape.y);
      let line${i} = (picture * uniforms.xShape.y + clamp(inputY${i}, 0, uniforms.xShape.y - 1)) * uniforms.xShape.z;`,
        )
        .join('\n')}
      ${columns.offsets
        .map(
          (offset, i) => `
      let inputX${i} = tileX * ${(width * plan.columns.stride) / plan.columns.spread} + ${offset};
      let insideX${i} = (inputX${i} >= 0) & (inputX${i} < uniforms.xShape.z);
      let column${i} = clamp(inputX${i}, 0, uniforms.xShape.z - 1);`,
        )
        .join('\n')}
      ${grid(rows.offsets, columns.offsets, (r, c) => `let pixel${r}_${c} = (line${r} + column${c}) * inputs; let inside${r}_${c} = insideY${r} & insideX${c};`)}

      let rowSize = ${components === 4 ? 'outputVectors' : 'shape.w'};
      ${taps.map((tap) => `let tap${tap} = ${tap} * uniforms.xShape.w * rowSize;`).join('\n')}
      ${vectors.map((v) => weightPosition(v, components)).join('\n')}
      ${sums.map((name) => `var ${name} = vec4<f32>(0.0);`).join('\n')}
      for (var step = 0; step < uniforms.xShape.w / ${chunk}; step++) {
        ${turnCode(plan, rows, columns, components)}
      }

      // A loop over the finished sums: unrolled, it would take longer to compile than the products. (Of a constant not every
      // compiler takes an element by an index that varies.)
      var sums = array<vec4<f32>, ${sums.length}>(${sums.join(', ')});
      for (var i = 0; i < ${sums.length}; i++) {
        let outY = tileY * ${height} + i / ${width * plan.vectors};
        let outX = tileX * ${width} + (i / ${plan.vectors}) % ${width};
        let vector = firstVector + i % ${plan.vectors};
        if ((outY < shape.y) & (outX < shape.z) & (vector < outputVectors)) {
          finish((picture * shape.y + outY) * shape.z + outX, vector, sums[i]);
        }
      }
    }
  `;
}

/** WGSL of one turn of the loop over the input channels: reads inputs and weights, and adds all their products up. */
function turnCode(plan: ConvolutionPlan, rows: Meetings, columns: Meetings, components: Components): string {
  const { chunk } = plan;
  const channels = range(chunk);
  const vectors = range(plan.vectors);
  const readInput = (r: number, c: number) =>
    chunk === 4
      ? `let x${r}_${c} = select(vec4<f32>(0.0), x[pixel${r}_${c} + step], inside${r}_${c});`
      : channels
          .map((i) => `let x${r}_${c}_${i} = select(0.0, x[pixel${r}_${c} + step * ${chunk} + ${i}], inside${r}_${c});`)
          .join('\n');
  const input = (row: number, column: number, channel: number) => {
    const name = `x${rows.offsets.indexOf(row)}_${columns.offsets.indexOf(column)}`;
    return chunk === 4 ? `${name}.${'xyzw'[channel]}` : `${name}_${channel}`;
  };
  const readTap = (tap: number) =>
    channels.flatMap((c) =>
      vectors.map((v) => `let weights${tap}_${c}_${v} = ${readWeights(`tap${tap} + channel${c}`, v, components)};`),
    );
  const meetingsOf = (y: number, x: number) =>
    rows.of(y).flatMap((row) =>
      columns.of(x).map((column) => ({
        tap: row.tap * plan.columns.taps + column.tap,
        row: row.offset,
        column: column.offset,
      })),
    );
  const outputs = range(plan.height).flatMap((y) =>
    range(plan.width).map((x) => ({ sum: `sum${y}_${x}`, met: meetingsOf(y, x) })),
  );
  const usedTaps = new Set(outputs.flatMap(({ met }) => met.map(({ tap }) => tap)));
  const products = (met: ReturnType<typeof meetingsOf>, vector: number, component: string) =>
    channels
      .flatMap((c) =>
        met.map(({ tap, row, column }) => `${input(row, column, c)} * weights${tap}_${c}_${vector}.${component}`),
      )
      .join(' + ');
  return [
    grid(rows.offsets, columns.offsets, readInput),
    ...channels.map((c) => `let channel${c} = (step * ${chunk} + ${c}) * rowSize;`),
    ...[...usedTaps].flatMap(readTap),
    ...outputs
      .filter(({ met }) => met.length > 0)
      .flatMap(({ sum, met }) =>
        vectors.map((v) => {
          const four = [...'xyzw'].map((component) => products(met, v, component));
          return `${sum}_${v} += vec4<f32>(${four.join(', ')});`;
        }),
      ),
  ].join('\n');
}

function grid(rows: readonly number[], columns: readonly number[], line: (row: number, column: number) => string) {
  return rows.flatMap((_, r) => columns.map((_, c) => line(r, c))).join('\n');
}

/** WGSL that finds the output channels of a vector; where these reach beyond the last channel, that one again. */
function weightPosition(vector: number, components: Components): string {
  return components === 4
    ? `let output${vector} = min(firstVector + ${vector}, outputVectors - 1);`
    : `let output${vector} = min(vec4<i32>(0, 1, 2, 3) + (firstVector + ${vector}) * 4, vec4<i32>(shape.w - 1));`;
}

function readWeights(start: string, vector: number, components: Components): string {
  if (components === 4) return `weights[${start} + output${vector}]`;
  return `vec4<f32>(${[...'xyzw'].map((component) => `weights[${start} + output${vector}.${component}]`).join(', ')})`;
}

/** WGSL that adds bias and addend to four sums, cuts them off at 0 if asked, and writes those that there are. */
function finishFunction(bias: boolean, addend: boolean, relu: boolean, components: Components): string {
  const type = floatType(components);
  const finished = (sum: string, channel: string) => `
    let value = ${[sum, ...(bias ? [`bias[${channel}]`] : []), ...(addend ? ['addend[at]'] : [])].join(' + ')};
    result[at] = ${relu ? `select(value, ${type}(0.0), value < ${type}(0.0))` : 'value'};`;
  if (components === 4) {
    return `fn finish(pixel : i32, vector : i32, sum : vec4<f32>) {
      let at = pixel * (uniforms.outShape.w / 4) + vector;
      ${finished('sum', 'vector')}
    }`;
  }
  return `fn finish(pixel : i32, vector : i32, sum : vec4<f32>) {
    for (var i = 0; i < min(uniforms.outShape.w - vector * 4, 4); i++) {
      let channel = vector * 4 + i;
      let at = pixel * uniforms.outShape.w + channel;
      ${finished('sum[i]', 'channel')}
    }
  }`;
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
