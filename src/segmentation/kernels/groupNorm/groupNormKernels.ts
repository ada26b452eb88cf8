/**
 * Kernel of group normalisation followed by ReLU: inputs `x [B, H, W, C]`, `gain` and `offset` `[C]`, attribute `groups`;
 * results `y` like `x` and statistics `[4, B, C]`, which only the gradient's kernel reads.
 */
export const GROUP_NORM_RELU = 'GroupNormRelu';

/**
 * Kernel of its gradient: inputs `dy`, `x` and the forward kernel's `statistics`, attribute `groups`; results `dx`,
 * `dGain` and `dOffset`.
 */
export const GROUP_NORM_RELU_GRADIENT = 'GroupNormReluGradient';

/** ε in Wu & He 2018. */
export const EPSILON = 1e-5;
