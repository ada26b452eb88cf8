/** Made at build time from the pinned package that carries the weights; see `.config/mobileNetPlugin.ts`. */
declare module 'virtual:mobile-net-weights' {
  /** Length of the file: half-precision weights of all layers in order, little-endian. */
  export const WEIGHTS_BYTES: number;
  /** The file's CRC-32. */
  export const WEIGHTS_CHECKSUM: number;
  /** The file itself in a program for Node; `null` in the page, which fetches it. */
  export const EMBEDDED_WEIGHTS: Uint8Array | null;
}
