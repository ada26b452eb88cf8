import { range } from '../../range.ts';
import { cutOff } from '../convolution/webgpuConvolutionFinish.ts';
import { type InvertedResidualPlan, outputsEach, TAPS, turnsOf, windowSides } from './webgpuInvertedResidualPlan.ts';

const PARTS = [...'xyzw'];

/**
 * WGSL of an inverted residual block. A workgroup computes all channels of a tile of output pixels. Of a chunk of widened
 * channels after another its members leave the tile's window in workgroup memory, then what the depthwise filter makes of
 * it, and multiply that with the weights that narrow: no widened map is ever in memory.
 */
export function invertedResidualShader(plan: InvertedResidualPlan, isResidual: boolean): string {
  const { height, width, vectors, groups, workgroupSize } = plan;
  const [windowHeight, windowWidth] = windowSides(plan);
  const window = turnsOf(workgroupSize, vectors, windowHeight * windowWidth);
  const tile = turnsOf(workgroupSize, vectors, height * width);
  const narrow = turnsOf(workgroupSize, groups, height * width);
  const sums = range(narrow.turns).flatMap((k) => range(outputsEach(plan)).map((o) => `sum${k}_${o}`));
  return `
    var<workgroup> widened : array<vec4<f32>, ${windowHeight * windowWidth * vectors}>;
    var<workgroup> filtered : array<vec4<f32>, ${height * width * vectors}>;

    fn relu6(value : vec4<f32>) -> vec4<f32> {
      return ${cutOff('relu6', 'vec4<f32>')};
    }

    fn main(index : i32) {
      let lane = index % ${workgroupSize};
      let workgroup = index / ${workgroupSize};
      let shape = uniforms.outShape;
      let inputVectors = uniforms.xShape.w / 4;
      let wideVectors = uniforms.depthwiseShape.z / 4;
      let outputVectors = shape.w / 4;
      let tilesX = (shape.z + ${width - 1}) / ${width};
      let tilesY = (shape.y + ${height - 1}) / ${height};
      let tileRow = workgroup / tilesX;
      let picture = tileRow / tilesY;
      let firstX = (workgroup - tileRow * tilesX) * ${width};
      let firstY = (tileRow - picture * tilesY) * ${height};
      let ownVector = lane % ${vectors};
      let ownPixel = lane / ${vectors};
      // Where channels do not share out the members evenly, some stand by.
      let isBusy = lane < ${window.abreast * vectors};
      ${range(window.turns)
        .map((k) => windowPixel(plan, k, window.abreast))
        .join('')}
      let firstOutput = (lane % ${groups}) * ${outputsEach(plan)};
      let summedPixel = lane / ${groups};
      ${sums.map((name) => `var ${name} = vec4<f32>(0.0);`).join('\n')}

      for (var chunk = 0; chunk < wideVectors / ${vectors}; chunk++) {
        let vector = chunk * ${vectors} + ownVector;
        ${plan.isExpanded ? widen(window.turns) : takeInput(window.turns)}
        ${range(window.turns)
          .map(
            (k) => `
        if (isBusy & (at${k} < ${windowHeight * windowWidth})) {
          widened[at${k} * ${vectors} + ownVector] = select(vec4<f32>(0.0), wide${k}, inside${k});
        }`,
          )
          .join('')}
        workgroupBarrier();
        ${filter(plan, tile)}
        workgroupBarrier();
        ${project(plan, narrow)}
      }
      ${finish(plan, narrow, isResidual)}
    }
  `;
}

/** WGSL that finds a pixel of the window in the input; what lies beyond is read at the edge, then put away. */
function windowPixel(plan: InvertedResidualPlan, k: number, abreast: number): string {
  const [, windowWidth] = windowSides(plan);
  return `
      let at${k} = ownPixel + ${k * abreast};
      let y${k} = firstY * ${plan.stride} - uniforms.pad.x + at${k} / ${windowWidth};
      let x${k} = firstX * ${plan.stride} - uniforms.pad.y + at${k} % ${windowWidth};
      let inside${k} = (y${k} >= 0) & (y${k} < uniforms.xShape.y) & (x${k} >= 0) & (x${k} < uniforms.xShape.z);
      let line${k} = min(picture, uniforms.xShape.x - 1) * uniforms.xShape.y + clamp(y${k}, 0, uniforms.xShape.y - 1);
      let pixel${k} = (line${k} * uniforms.xShape.z + clamp(x${k}, 0, uniforms.xShape.z - 1)) * inputVectors;`;
}

/** WGSL of four widened channels of a member's pixels of the window. */
function widen(turns: number): string {
  return `
        ${range(turns)
          .map((k) => `var sumWide${k} = vec4<f32>(0.0);`)
          .join('\n')}
        for (var four = 0; four < inputVectors; four++) {
          let row = four * 4 * wideVectors + vector;
          ${range(turns)
            .map((k) => `let input${k} = x[pixel${k} + four];`)
            .join('\n')}
          ${PARTS.map(
            (part, i) => `
          let weights${i} = expand[row + ${i} * wideVectors];
          ${range(turns)
            .map((k) => `sumWide${k} += input${k}.${part} * weights${i};`)
            .join('\n')}`,
          ).join('')}
        }
        ${range(turns)
          .map((k) => `let wide${k} = relu6(sumWide${k} + expandBias[vector]);`)
          .join('\n')}`;
}

/** WGSL of the same where nothing is widened. */
function takeInput(turns: number): string {
  return range(turns)
    .map((k) => `let wide${k} = x[pixel${k} + vector];`)
    .join('\n');
}

/** WGSL of the depthwise convolution of a chunk's window. */
function filter(plan: InvertedResidualPlan, { abreast, turns }: ReturnType<typeof turnsOf>): string {
  const { height, width, stride, vectors } = plan;
  const [, windowWidth] = windowSides(plan);
  const taps = range(TAPS).flatMap((row) => range(TAPS).map((column) => ({ row, column, tap: row * TAPS + column })));
  return `
        ${taps.map(({ tap }) => `let tap${tap} = depthwise[${tap} * wideVectors + vector];`).join('\n')}
        ${range(turns)
          .map(
            (k) => `
        let inTile${k} = ownPixel + ${k * abreast};
        if (isBusy & (inTile${k} < ${height * width})) {
          let corner = ((inTile${k} / ${width}) * ${stride * windowWidth} + (inTile${k} % ${width}) * ${stride}) * ${vectors} + ownVector;
          let sum = ${taps
            .map(({ row, column, tap }) => `widened[corner + ${(row * windowWidth + column) * vectors}] * tap${tap}`)
            .join(' + ')};
          filtered[inTile${k} * ${vectors} + ownVector] = relu6(sum + depthwiseBias[vector]);
        }`,
          )
          .join('')}`;
}

/** WGSL that adds what a chunk's channels give to the outputs of a member. */
function project(plan: InvertedResidualPlan, { abreast, turns }: ReturnType<typeof turnsOf>): string {
  const { height, width, vectors } = plan;
  const each = range(outputsEach(plan));
  return `
        for (var four = 0; four < ${vectors}; four++) {
          let row = (chunk * ${vectors} + four) * 4 * outputVectors + firstOutput;
          ${range(turns)
            .map((k) => {
              const pixel = `min(summedPixel + ${k * abreast}, ${height * width - 1})`;
              return `let deep${k} = filtered[${pixel} * ${vectors} + four];`;
            })
            .join('\n')}
          ${PARTS.map((part, i) =>
            each
              .map(
                (o) => `
          let weights${i}_${o} = project[row + ${i} * outputVectors + ${o}];
          ${range(turns)
            .map((k) => `sum${k}_${o} += deep${k}.${part} * weights${i}_${o};`)
            .join('\n')}`,
              )
              .join(''),
          ).join('')}
        }`;
}

/** WGSL that writes a member's outputs, of those pixels that there are. */
function finish(
  plan: InvertedResidualPlan,
  { abreast, turns }: ReturnType<typeof turnsOf>,
  isResidual: boolean,
): string {
  const { height, width, groups } = plan;
  return range(turns)
    .map((k) => {
      const pixel = `summedPixel + ${k * abreast}`;
      const written = range(outputsEach(plan)).map((o) => {
        const value = `sum${k}_${o} + projectBias[firstOutput + ${o}]`;
        return `result[outAt + ${o}] = ${value}${isResidual ? ` + x[outAt + ${o}]` : ''};`;
      });
      return `
      let outY${k} = firstY + (${pixel}) / ${width};
      let outX${k} = firstX + (${pixel}) % ${width};
      let isOwn${k} = (lane < ${abreast * groups}) & (${pixel} < ${height * width}) & (picture < shape.x);
      if (isOwn${k} & (outY${k} < shape.y) & (outX${k} < shape.z)) {
        let outAt = ((picture * shape.y + outY${k}) * shape.z + outX${k}) * outputVectors + firstOutput;
        ${written.join('\n')}
      }`;
    })
    .join('');
}
