import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import { UNLABELED } from '../../../labels/planes.ts';
import type { MaskedLossAttributes } from './maskedLoss.ts';

const WORKGROUP_SIZE = 64;
const PIXELS_EACH = 4;
/** More than enough to occupy a graphics processor; beyond it an invocation takes more pixels. */
const MAX_INVOCATIONS = 1 << 14;
/** Invocations of a workgroup that adds up; then 16 add what they have, then one. */
const SUMMING = 256;
const SUMMING_ROWS = 16;

export type Uniforms = NonNullable<Parameters<WebGPUBackend['runWebGPUProgram']>[3]>;

/** Lines of WGSL and sums, one statement or term for every channel: a channel has registers of its own. */
export interface OverChannels {
  each(line: (channel: number) => string): string;
  sum(term: (channel: number) => string): string;
}

export function overChannels(channels: number): OverChannels {
  const all = Array.from({ length: channels }, (_, c) => c);
  return {
    each: (line) => all.map(line).join('\n'),
    sum: (term) => all.map(term).join(' + '),
  };
}

/** Invocations of a pass over pixels. */
export function invocationsFor(pixels: number): number {
  return Math.max(1, Math.min(Math.ceil(pixels / PIXELS_EACH), MAX_INVOCATIONS));
}

/** What the programs that go over the pixels have in common; `body` is WGSL that runs once for every `pixel`. */
export function pixelProgram(
  pixels: number,
  { before, body, after }: { readonly before: string; readonly body: string; readonly after: string },
  rest: Pick<WebGPUProgram, 'variableNames' | 'outputShape' | 'shaderKey'> & { readonly uniforms: string },
): WebGPUProgram {
  return {
    ...rest,
    uniforms: `pixels : i32, invocations : i32, ${rest.uniforms}`,
    dispatchLayout: { x: rest.outputShape.map((_, axis) => axis) },
    dispatch: [Math.ceil(invocationsFor(pixels) / WORKGROUP_SIZE), 1, 1],
    workgroupSize: [WORKGROUP_SIZE, 1, 1],
    getUserCode: () => `
      fn main(index : i32) {
        if (index >= uniforms.invocations) {
          return;
        }
        ${before}
        for (var pixel = index; pixel < uniforms.pixels; pixel += uniforms.invocations) {
          ${body}
        }
        ${after}
      }
    `,
  };
}

/** The uniforms that every {@link pixelProgram} begins with. */
export function pixelUniforms(pixels: number): Uniforms {
  return [
    { type: 'int32', data: [pixels] },
    { type: 'int32', data: [invocationsFor(pixels)] },
  ];
}

/** What an unlabeled pixel is, as far as a shader's text knows: to which channel it is relabeled it reads elsewhere. */
export type UnlabeledRole = 'ignored' | 'zeroed' | 'relabeled';

export function roleOf(unlabeledAs: MaskedLossAttributes['unlabeledAs']): UnlabeledRole {
  return typeof unlabeledAs === 'number' ? 'relabeled' : unlabeledAs;
}

/**
 * WGSL that reads a pixel: `label` as it is and `wanted` as it is trained, `at`, the logits `z0` …, the `largest` of them
 * and its channel `best`, `sumOfExponentials` and the probabilities `p0` …
 *
 * Logits that do not count are selected away before the softmax, so that no NaN of an unlabeled pixel gets anywhere.
 * It needs the uniform `unlabeledChannel` of a role that relabels.
 */
export function readPixel(channels: number, role: UnlabeledRole): string {
  const { each, sum } = overChannels(channels);
  return `
    let label = labels[pixel];
    let isLabeled = label != ${UNLABELED};
    let wanted = select(${role === 'relabeled' ? 'uniforms.unlabeledChannel' : '0'}, label, isLabeled);
    let at = pixel * ${channels};
    ${each((c) => `let z${c} = ${ifTrained(role, `logits[at + ${c}]`)};`)}
    var best = 0;
    var largest = z0;
    ${each((c) => (c === 0 ? '' : `best = select(best, ${c}, z${c} > largest); largest = max(largest, z${c});`))}
    ${each((c) => `let e${c} = exp(z${c} - largest);`)}
    let sumOfExponentials = ${sum((c) => `e${c}`)};
    ${each((c) => `let p${c} = e${c} / sumOfExponentials;`)}
  `;
}

/** WGSL that counts a pixel that {@link readPixel} has read. */
export const COUNT_PIXEL = `
  labeled += select(0.0, 1.0, isLabeled);
  correct += select(0.0, 1.0, isLabeled && best == label);
`;

/** WGSL of `value`, or 0 where a pixel's logits do not matter. */
export function ifTrained(role: UnlabeledRole, value: string): string {
  return role === 'relabeled' ? value : `select(0.0, ${value}, isLabeled)`;
}

/** WGSL of `value`, or 0 where a pixel does not count at all. */
export function ifCounted(role: UnlabeledRole, value: string): string {
  return role === 'ignored' ? `select(0.0, ${value}, isLabeled)` : value;
}

/**
 * A program of whole workgroups, each of which adds up `vec4`s of the first input, in an order that is always the same
 * and keeps long sums exact: `sumOfParts(first, stride, parts)`, to be called once and by all invocations, returns to
 * invocation 0 the sum of `parts` vectors that begin at `first`, `first + stride` and so on.
 */
export function summingProgram(
  workgroups: number,
  main: string,
  rest: Pick<WebGPUProgram, 'variableNames' | 'outputShape' | 'shaderKey'> & { readonly uniforms: string },
): WebGPUProgram {
  const source = rest.variableNames[0];
  return {
    ...rest,
    dispatchLayout: { x: rest.outputShape.map((_, axis) => axis) },
    dispatch: [workgroups, 1, 1],
    workgroupSize: [SUMMING, 1, 1],
    getUserCode: () => `
      var<workgroup> columns : array<vec4<f32>, ${SUMMING}>;
      var<workgroup> rows : array<vec4<f32>, ${SUMMING_ROWS}>;

      fn sumOfParts(first : i32, stride : i32, parts : i32) -> vec4<f32> {
        let lane = i32(localIndex);
        var column = vec4<f32>(0.0);
        for (var part = lane; part < parts; part += ${SUMMING}) {
          let at = first + part * stride;
          column += vec4<f32>(${source}[at], ${source}[at + 1], ${source}[at + 2], ${source}[at + 3]);
        }
        columns[lane] = column;
        workgroupBarrier();
        if (lane < ${SUMMING_ROWS}) {
          var row = vec4<f32>(0.0);
          for (var i = 0; i < ${SUMMING / SUMMING_ROWS}; i++) {
            row += columns[lane * ${SUMMING / SUMMING_ROWS} + i];
          }
          rows[lane] = row;
        }
        workgroupBarrier();
        var total = vec4<f32>(0.0);
        if (lane == 0) {
          for (var i = 0; i < ${SUMMING_ROWS}; i++) {
            total += rows[i];
          }
        }
        return total;
      }

      ${main}
    `,
  };
}
