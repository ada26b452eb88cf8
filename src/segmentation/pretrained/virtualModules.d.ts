/** Made at build time from the pinned package that carries the weights; see `.config/mobileNetPlugin.ts`. */
declare module 'virtual:mobile-net-weights' {
  /** Half-precision weights of all layers in order, little-endian. */
  export const MOBILE_NET_BYTES: Uint8Array;
}
