import { range } from '../../range.ts';
import { type Components, floatType } from '../webgpu/webgpuFlatProgram.ts';
import { addUpShares } from '../webgpu/webgpuWorkgroupSum.ts';
import { blockSides, type ConvolutionPlan } from './webgpuConvolutionPlan.ts';

/** What cuts a convolution's output off: below 0, or also above 6. */
export type Activation = 'linear' | 'relu' | 'relu6';

/** What follows a convolution's sums in the same dispatch: `activation(sum + bias + addend)`. */
export interface Finish {
  readonly hasBias: boolean;
  readonly hasAddend: boolean;
  readonly activation: Activation;
  /**
   * Whether every block also leaves the moments of what it writes behind the map, for the normalisation that comes next:
   * of each channel the mean and the sum of squared deviations from it.
   */
  readonly hasMoments: boolean;
}

/** How many channels the output is written at a time. */
type Written = Finish & { readonly components: Components };

/**
 * WGSL of `finished`, four sums with bias and addend and cut off if asked, and of `write`, which writes those of four
 * numbers that there are.
 */
export function finishFunctions(finish: Written): string {
  const { components } = finish;
  const channels = finish.hasMoments ? 'uniforms.mapShape.w' : 'uniforms.outShape.w';
  if (components === 4) {
    return `
    fn finished(pixel : i32, vector : i32, sum : vec4<f32>) -> vec4<f32> {
      let at = pixel * (${channels} / 4) + vector;
      ${finishedValue('sum', 'vector', finish)}
    }

    fn write(pixel : i32, vector : i32, sum : vec4<f32>) -> vec4<f32> {
      let value = finished(pixel, vector, sum);
      result[pixel * (${channels} / 4) + vector] = value;
      return value;
    }`;
  }
  return `
    fn finished(at : i32, channel : i32, sum : f32) -> f32 {
      ${finishedValue('sum', 'channel', finish)}
    }

    fn write(pixel : i32, vector : i32, sum : vec4<f32>) {
      for (var i = 0; i < min(${channels} - vector * 4, 4); i++) {
        let channel = vector * 4 + i;
        let at = pixel * ${channels} + channel;
        result[at] = finished(at, channel, sum[i]);
      }
    }`;
}

function finishedValue(sum: string, channel: string, { hasBias, hasAddend, activation, components }: Written): string {
  const terms = [sum, ...(hasBias ? [`bias[${channel}]`] : []), ...(hasAddend ? ['addend[at]'] : [])];
  return `
      let value = ${terms.join(' + ')};
      return ${cutOff(activation, floatType(components))};`;
}

/** WGSL of `value`, of that type, as an activation lets it through. NaN stays NaN, which `max` and `min` do not promise. */
export function cutOff(activation: Activation, type: string): string {
  if (activation === 'linear') return 'value';
  const rectified = `select(value, ${type}(0.0), value < ${type}(0.0))`;
  return activation === 'relu' ? rectified : `select(${rectified}, ${type}(6.0), value > ${type}(6.0))`;
}

/** Whether a plan's members can gather moments together: they lie in a block, and write whole vectors. */
export function gathersMoments({ block }: ConvolutionPlan, components: Components): boolean {
  return block !== null && components === 4;
}

/** WGSL of the workgroup memory in which moments are gathered. */
export function momentMemory({ block, vectors, workgroupSize }: ConvolutionPlan, { hasMoments }: Finish): string {
  if (!hasMoments || block === null) return '';
  return `
    var<workgroup> momentOrigins : array<vec4<f32>, ${block.groups * vectors}>;
    var<workgroup> momentShares : array<vec4<f32>, ${workgroupSize}>;`;
}

/** WGSL that writes the finished sums of a tile, and their block's moments if asked. */
export function writeSums(plan: ConvolutionPlan, finish: Finish, sums: readonly string[]): string {
  const { height, width, vectors } = plan;
  const { hasMoments } = finish;
  const written = 'write((picture * shape.y + outY) * shape.z + outX, vector, sums[i])';
  return `
      // A loop over the finished sums: unrolled, it would take longer to compile than the products. (Of a constant not every
      // compiler takes an element by an index that varies.)
      var sums = array<vec4<f32>, ${sums.length}>(${sums.join(', ')});
      ${hasMoments ? momentOrigin(plan) : ''}
      for (var i = 0; i < ${sums.length}; i++) {
        let outY = tileY * ${height} + i / ${width * vectors};
        let outX = tileX * ${width} + (i / ${vectors}) % ${width};
        let vector = firstVector + i % ${vectors};
        if ((picture < shape.x) & (outY < shape.y) & (outX < shape.z) & (vector < outputVectors)) {
          ${hasMoments ? gathered(plan, written) : `${written};`}
        }
      }
      ${hasMoments ? joinMoments(plan) : ''}`;
}

/**
 * WGSL of a number near all those of a block, one for each channel, its first pixel's: sums of squares are taken of
 * deviations from it, or they would lose all digits where a mean is far from 0.
 */
function momentOrigin({ height, width, vectors, block }: ConvolutionPlan): string {
  return `
      if (spot == 0) {
        let pixel = (min(picture, shape.x - 1) * shape.y + tileY * ${height}) * shape.z + tileX * ${width};
        for (var v = 0; v < ${vectors}; v++) {
          momentOrigins[lane * ${vectors} + v] = finished(pixel, min(firstVector + v, outputVectors - 1), sums[v]);
        }
      }
      workgroupBarrier();
      let originAt = (lane % ${block?.groups}) * ${vectors};
      ${range(vectors)
        .map((v) => `var deviations${v} = vec4<f32>(0.0); var squares${v} = vec4<f32>(0.0);`)
        .join('\n')}`;
}

function gathered({ vectors }: ConvolutionPlan, written: string): string {
  return `
          let deviation = ${written} - momentOrigins[originAt + i % ${vectors}];
          ${range(vectors)
            .map(
              (v) => `
          if (i % ${vectors} == ${v}) {
            deviations${v} += deviation;
            squares${v} += deviation * deviation;
          }`,
            )
            .join('')}`;
}

/** WGSL by which a block adds its moments up and leaves them behind the map, `[B·blocks, 2, C]` from `momentsAt` on. */
function joinMoments(plan: ConvolutionPlan): string {
  const { vectors, block, workgroupSize } = plan;
  const [blockHeight, blockWidth] = blockSides(plan);
  const groups = block?.groups ?? 1;
  const total = (name: string) => `
      momentShares[lane] = ${name};
      ${addUpShares('momentShares', workgroupSize, groups)}`;
  return `
      let pixelsDown = min(${blockHeight}, shape.y - blockY * ${blockHeight});
      let pixelsAcross = min(${blockWidth}, shape.z - blockX * ${blockWidth});
      let count = f32(pixelsDown * pixelsAcross);
      ${range(vectors)
        .map(
          (v) => `
      ${total(`deviations${v}`)}
      let sum${v} = momentShares[lane % ${groups}];
      workgroupBarrier();
      ${total(`squares${v}`)}
      if ((spot == 0) & (picture < shape.x) & (firstVector + ${v} < outputVectors)) {
        let at = uniforms.momentsAt / 4 + 2 * block * outputVectors + firstVector + ${v};
        result[at] = momentOrigins[originAt + ${v}] + sum${v} / count;
        result[at + outputVectors] = max(vec4<f32>(0.0), momentShares[lane] - sum${v} * sum${v} / count);
      }
      workgroupBarrier();`,
        )
        .join('')}`;
}
