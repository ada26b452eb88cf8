/**
 * Set together in a float that is infinite or not a number, and in no other: what a shader has to look at, for WGSL lets
 * compilers take every float for a finite number (section "Floating Point Evaluation"), and those of Metal do.
 */
export const EXPONENT_BITS = '0x7f800000u';
