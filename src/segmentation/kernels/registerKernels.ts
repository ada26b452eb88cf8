import { registerCpuSmoothness } from './cpuSmoothness.ts';
import { registerHostMaskedLoss } from './hostMaskedLoss.ts';
import { registerHostPredictionBytes } from './hostPredictionBytes.ts';
import { registerHostSampleBatch } from './hostSampleBatch.ts';
import { registerWasmConvolution } from './wasmConv2D.ts';
import { registerWasmFilterGradient } from './wasmConv2DBackpropFilter.ts';
import { registerWasmInputGradient } from './wasmConv2DBackpropInput.ts';
import { registerWasmDepthwiseGradients } from './wasmDepthwiseGradients.ts';
import { registerWasmIdentity } from './wasmIdentity.ts';
import { registerWasmMaxPoolGradient } from './wasmMaxPoolGrad.ts';
import { registerWasmReluGradient } from './wasmReluGradient.ts';
import { registerWasmSlice } from './wasmSlice.ts';
import { registerWasmSmoothness } from './wasmSmoothness.ts';
import { registerWasmUpsampleGradient } from './wasmUpsampleGradient.ts';
import { registerWebGpuConvolution } from './webgpuConv2D.ts';
import { registerWebGpuFilterGradient } from './webgpuConv2DBackpropFilter.ts';
import { registerWebGpuInputGradient } from './webgpuConv2DBackpropInput.ts';
import { registerWebGpuDepthwiseGradients } from './webgpuDepthwiseGradients.ts';
import { registerWebGpuGroupNormRelu } from './webgpuGroupNormRelu.ts';
import { registerWebGpuMaskedLoss } from './webgpuMaskedLoss.ts';
import { registerWebGpuMaxPool } from './webgpuMaxPool.ts';
import { registerWebGpuPredictionBytes } from './webgpuPredictionBytes.ts';
import { registerWebGpuReluGradient } from './webgpuReluGradient.ts';
import { registerWebGpuSampleBatch } from './webgpuSampleBatch.ts';
import { registerWebGpuSmoothness } from './webgpuSmoothness.ts';
import { registerWebGpuUpsample } from './webgpuUpsample.ts';

/**
 * Our kernels, by the backend that they run on: some in the place of a stock one, some for operations of our own. To be
 * registered once the backend's package is loaded; again is harmless.
 */
export const KERNEL_REGISTRATIONS: Readonly<Record<'webgpu' | 'wasm' | 'webgl' | 'cpu', readonly (() => void)[]>> = {
  webgpu: [
    registerWebGpuConvolution,
    registerWebGpuFilterGradient,
    registerWebGpuInputGradient,
    registerWebGpuDepthwiseGradients,
    registerWebGpuGroupNormRelu,
    registerWebGpuReluGradient,
    registerWebGpuMaxPool,
    registerWebGpuUpsample,
    registerWebGpuMaskedLoss,
    registerWebGpuSmoothness,
    registerWebGpuSampleBatch,
    registerWebGpuPredictionBytes,
  ],
  wasm: [
    registerWasmConvolution,
    registerWasmFilterGradient,
    registerWasmInputGradient,
    registerWasmDepthwiseGradients,
    registerWasmReluGradient,
    registerWasmMaxPoolGradient,
    registerWasmUpsampleGradient,
    () => registerHostMaskedLoss('wasm'),
    registerWasmSmoothness,
    registerWasmSlice,
    registerWasmIdentity,
    () => registerHostSampleBatch('wasm'),
    () => registerHostPredictionBytes('wasm'),
  ],
  webgl: [() => registerHostSampleBatch('webgl')],
  cpu: [
    () => registerHostMaskedLoss('cpu'),
    registerCpuSmoothness,
    () => registerHostSampleBatch('cpu'),
    () => registerHostPredictionBytes('cpu'),
  ],
};
