/** Has a device compile what `patch` makes of every shader's WGSL from now on, as a driver with a fault would. */
export function patchShaders(device: GPUDevice, patch: (code: string) => string): void {
  const { createShaderModule } = device;
  device.createShaderModule = (descriptor) =>
    createShaderModule.call(device, { ...descriptor, code: patch(descriptor.code) });
}

/** `exp` as WGSL allows it to be: off by a unit in the last place everywhere, at 0 too. */
export function withInexactExp(code: string): string {
  if (!/\bexp\(/.test(code)) return code;
  return `${code.replace(/\bexp\(/g, 'inexactExp(')}
    fn inexactExp(x : f32) -> f32 { return 0.9999999 * exp(x); }`;
}

/** Sums of costs in which NaN counts as nothing, as a compiler that knows no NaN may have it. */
export function withoutNanCosts(code: string): string {
  return code.replace(
    /totalCost \+= (.*);/g,
    (_, term: string) =>
      `let term = ${term}; totalCost += select(term, 0.0, (bitcast<u32>(term) & 0x7f800000u) == 0x7f800000u);`,
  );
}
