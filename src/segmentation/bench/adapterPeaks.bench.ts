import type { AdapterPeaks } from './benchReport.ts';

const WORKGROUP_SIZE = 256;
/** Of the arithmetic kernel: a million invocations, more than any graphics processor runs at a time. */
const FMA_WORKGROUPS = 4096;
const CHAINS = 8;
const FMAS_EACH = 128;
/** Size of each of three buffers: together more than any processor's caches hold. */
const BUFFER_BYTES = 1 << 26;
const SHORTEST_RUN_MS = 100;
const RUNS = 3;

/** `text` for every chain. */
const eachChain = (text: (chain: number) => string, separator = '\n') =>
  Array.from({ length: CHAINS }, (_, chain) => text(chain)).join(separator);

/** Multiply-adds in registers, in chains that do not wait for each other. */
const FMA_WGSL = `
  @group(0) @binding(0) var<storage, read_write> result : array<f32>;
  @compute @workgroup_size(${WORKGROUP_SIZE})
  fn main(@builtin(global_invocation_id) id : vec3<u32>) {
    let factor = vec4<f32>(1.0 - f32(id.x) * 1e-9);
    ${eachChain((c) => `var c${c} = factor * ${c}.0;`)}
    for (var i = 0; i < ${FMAS_EACH / 16}; i++) {
      ${Array.from({ length: 16 }, () => eachChain((c) => `c${c} = fma(c${c}, factor, factor);`)).join('\n')}
    }
    let sum = ${eachChain((c) => `c${c}`, ' + ')};
    // Never so; but the compiler does not know, and has to compute the sum.
    if (sum.x + sum.y + sum.z + sum.w == -1.0) {
      result[0] = sum.x;
    }
  }`;
const FMA_FLOP = 2 * 4 * CHAINS * FMAS_EACH * WORKGROUP_SIZE * FMA_WORKGROUPS;

/** The triad of the STREAM benchmark (McCalpin 1995): two reads and a write for a multiply-add. */
const TRIAD_WGSL = `
  @group(0) @binding(0) var<storage, read_write> result : array<vec4<f32>>;
  @group(0) @binding(1) var<storage, read> a : array<vec4<f32>>;
  @group(0) @binding(2) var<storage, read> b : array<vec4<f32>>;
  @compute @workgroup_size(${WORKGROUP_SIZE})
  fn main(@builtin(global_invocation_id) id : vec3<u32>) {
    result[id.x] = a[id.x] + 3.0 * b[id.x];
  }`;

/** What the adapter reaches with nothing else to do: of three runs of at least a tenth of a second each, the best. */
export async function measurePeaks(adapter: GPUAdapter): Promise<AdapterPeaks> {
  const device = await adapter.requestDevice();
  try {
    const fmaSeconds = await secondsOf(device, FMA_WGSL, [4], FMA_WORKGROUPS);
    const buffers = [BUFFER_BYTES, BUFFER_BYTES, BUFFER_BYTES];
    const triadSeconds = await secondsOf(device, TRIAD_WGSL, buffers, BUFFER_BYTES / 16 / WORKGROUP_SIZE);
    return { flopPerSecond: FMA_FLOP / fmaSeconds, bytesPerSecond: (3 * BUFFER_BYTES) / triadSeconds };
  } finally {
    device.destroy();
  }
}

/** Seconds of one dispatch of the kernel. */
async function secondsOf(
  device: GPUDevice,
  code: string,
  bufferBytes: readonly number[],
  workgroups: number,
): Promise<number> {
  const module = device.createShaderModule({ code });
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } });
  const buffers = bufferBytes.map((size) => device.createBuffer({ size, usage: GPUBufferUsage.STORAGE }));
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const run = async (dispatches: number): Promise<number> => {
    const start = performance.now();
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    for (let i = 0; i < dispatches; i++) pass.dispatchWorkgroups(workgroups);
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return (performance.now() - start) / 1000;
  };
  let dispatches = 1;
  // The first run also compiles.
  await run(dispatches);
  while ((await run(dispatches)) * 1000 < SHORTEST_RUN_MS) dispatches *= 2;
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < RUNS; i++) best = Math.min(best, (await run(dispatches)) / dispatches);
  for (const buffer of buffers) buffer.destroy();
  return best;
}
