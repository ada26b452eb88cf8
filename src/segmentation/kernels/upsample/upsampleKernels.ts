/** Kernel of the bilinear enlargement by two: `x [B, H, W, C]` → `[B, 2H, 2W, C]`. */
export const UPSAMPLE = 'Upsample2x';

/** Kernel of its adjoint: `dy [B, 2H, 2W, C]` → `[B, H, W, C]`. */
export const UPSAMPLE_GRADIENT = 'Upsample2xGradient';
