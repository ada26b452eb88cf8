import type { NamedAttrMap } from '@tensorflow/tfjs-core';

/** Whether a pooling's attributes mean 2×2 windows of stride 2 without padding. */
export function isPoolOfTwo({ filterSize, strides, pad }: NamedAttrMap): boolean {
  const isTwo = (value: unknown) => value === 2 || (Array.isArray(value) && value[0] === 2 && value[1] === 2);
  return isTwo(filterSize) && isTwo(strides) && (pad === 'valid' || pad === 0);
}
