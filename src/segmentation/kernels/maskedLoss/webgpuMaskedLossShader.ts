import { type MaskedLossAttributes, MIN_MISS } from './maskedLoss.ts';
import { COUNT_PIXEL, ifCounted, ifTrained, overChannels, readPixel, roleOf } from './webgpuMaskedLossParts.ts';

/** WGSL of a pixel's part in the masked loss. */
interface PixelCostShader {
  /** What of the arguments is in the text. */
  readonly key: string;
  /** Statements before the loop over the pixels. */
  readonly before: string;
  /**
   * The loop's body: adds to `totalCost`, `totalWeight`, `correct` and `labeled`, and writes the gradient to `result`. It
   * reads `logits`, `labels`, with weights `weight` or `pixelWeight`, and the uniforms `unlabeledChannel` and `labelSmoothing`.
   */
  readonly body: string;
}

/** Which weights there are. */
export interface WeightedBy {
  /** Of classes. */
  readonly weighted: boolean;
  readonly pixelWeighted: boolean;
}

/** No step branches: what does not count is selected away. */
export function pixelCostShader(
  channels: number,
  { weighted, pixelWeighted }: WeightedBy,
  { cost, gamma, labelSmoothing, unlabeledAs }: MaskedLossAttributes,
): PixelCostShader {
  const role = roleOf(unlabeledAs);
  const smoothed = labelSmoothing > 0;
  const { each } = overChannels(channels);
  const times = pixelWeighted ? 'mass * ' : '';
  return {
    key: [channels, cost, gamma, weighted, smoothed, role, ...(pixelWeighted ? ['pixelWeighted'] : [])].join('_'),
    before: smoothed
      ? `let share = uniforms.labelSmoothing / ${channels}.0;
         ${each((c) => `let s${c} = share${weighted ? ` * weight[${c}]` : ''};`)}`
      : '',
    body: `
      ${readPixel(channels, role)}
      ${COUNT_PIXEL}
      ${cost === 'squaredError' ? squaredError(channels) : logarithmicCost(channels, gamma, weighted, smoothed)}
      ${pixelWeighted ? 'let mass = pixelWeight[pixel];' : ''}
      totalCost += ${ifCounted(role, `${times}cost`)};
      totalWeight += ${ifCounted(role, `${times}weightOfLabel`)};
      ${each((c) => `result[at + ${c}] = ${ifTrained(role, `${times}g${c}`)};`)}
    `,
  };
}

/** `cost`, `weightOfLabel` (C: the mean is over channels, too) and the gradient `g0` … for `Σ_c (p_c − t_c)²`. */
function squaredError(channels: number): string {
  const { each, sum } = overChannels(channels);
  return `
    ${each((c) => `let d${c} = p${c} - select(0.0, 1.0, wanted == ${c});`)}
    let cost = ${sum((c) => `d${c} * d${c}`)};
    let weightOfLabel = ${channels}.0;
    let mean = ${sum((c) => `d${c} * p${c}`)};
    ${each((c) => `let g${c} = 2.0 * p${c} * (d${c} - mean);`)}
  `;
}

/**
 * Likewise for `Σ_c q[c]·w[c]·(1 − p_c)^γ·(−log p_c)` with the smoothed target `q`; `t0` … are `q·w`, `l0` … the
 * log-probabilities and `d0` … the derivatives by them.
 */
function logarithmicCost(channels: number, gamma: number, weighted: boolean, smoothed: boolean): string {
  const { each, sum } = overChannels(channels);
  const own = smoothed ? '(1.0 - uniforms.labelSmoothing) * weightOfLabel' : 'weightOfLabel';
  return `
    let logOfSum = log(sumOfExponentials);
    let weightOfLabel = ${weighted ? 'weight[wanted]' : '1.0'};
    let own = ${own};
    ${each((c) => `let t${c} = select(0.0, own, wanted == ${c})${smoothed ? ` + s${c}` : ''};`)}
    ${each((c) => `let l${c} = select(0.0, z${c} - largest - logOfSum, t${c} != 0.0);`)}
    ${each((c) => (gamma === 0 ? `let d${c} = -t${c}; let cost${c} = d${c} * l${c};` : focalCost(c, gamma)))}
    let cost = ${sum((c) => `cost${c}`)};
    let slopes = ${sum((c) => `d${c}`)};
    ${each((c) => `let g${c} = d${c} - p${c} * slopes;`)}
  `;
}

function focalCost(c: number, gamma: number): string {
  return `
    let miss${c} = max(1.0 - p${c}, ${MIN_MISS});
    let faded${c} = t${c} * ${power(`miss${c}`, gamma)};
    let cost${c} = -faded${c} * l${c};
    let steeper${c} = t${c} * ${gamma} * ${power(`miss${c}`, gamma - 1)} * p${c} * l${c};
    let d${c} = select(0.0, steeper${c}, 1.0 - p${c} >= ${MIN_MISS}) - faded${c};
  `;
}

/** WGSL of `base ^ exponent`. Shaders may round `pow` coarsely, so small whole exponents are products. */
function power(base: string, exponent: number): string {
  if (exponent === 0) return '1.0';
  if (Number.isInteger(exponent) && exponent > 0 && exponent <= 4) return Array(exponent).fill(base).join(' * ');
  return `pow(${base}, ${exponent})`;
}
