import { registerHostSampleBatch } from './batch/hostSampleBatch.ts';
import { registerWebGpuSampleBatch } from './batch/webgpuSampleBatch.ts';
import { registerWasmConvolution } from './convolution/wasmConv2D.ts';
import { registerWasmFilterGradient } from './convolution/wasmConv2DBackpropFilter.ts';
import { registerWasmInputGradient } from './convolution/wasmConv2DBackpropInput.ts';
import { registerWebGpuConvolution } from './convolution/webgpuConv2D.ts';
import { registerWebGpuFilterGradient } from './convolution/webgpuConv2DBackpropFilter.ts';
import { registerWebGpuInputGradient } from './convolution/webgpuConv2DBackpropInput.ts';
import { registerWebGpuJoinedConvolution } from './convolution/webgpuJoinedConvolution.ts';
import { registerWasmDepthwiseGradients } from './depthwise/wasmDepthwiseGradients.ts';
import { registerWebGpuDepthwiseGradients } from './depthwise/webgpuDepthwiseGradients.ts';
import { registerWebGpuGroupNormRelu } from './groupNorm/webgpuGroupNormRelu.ts';
import { registerWebGpuInvertedResidual } from './invertedResidual/webgpuInvertedResidual.ts';
import { registerHostMaskedLoss } from './maskedLoss/hostMaskedLoss.ts';
import { registerWebGpuMaskedLoss } from './maskedLoss/webgpuMaskedLoss.ts';
import { registerWasmMaxPoolGradient } from './pooling/wasmMaxPoolGrad.ts';
import { registerWebGpuMaxPool } from './pooling/webgpuMaxPool.ts';
import { registerHostPredictionBytes } from './predictionBytes/hostPredictionBytes.ts';
import { registerWebGpuPredictionBytes } from './predictionBytes/webgpuPredictionBytes.ts';
import { registerWasmReluGradient } from './relu/wasmReluGradient.ts';
import { registerWebGpuReluGradient } from './relu/webgpuReluGradient.ts';
import { registerCpuSmoothness } from './smoothness/cpuSmoothness.ts';
import { registerWasmSmoothness } from './smoothness/wasmSmoothness.ts';
import { registerWebGpuSmoothness } from './smoothness/webgpuSmoothness.ts';
import { registerWasmUpsampleGradient } from './upsample/wasmUpsampleGradient.ts';
import { registerWebGpuUpsample } from './upsample/webgpuUpsample.ts';
import { registerWasmIdentity } from './wasm/wasmIdentity.ts';
import { registerWasmSlice } from './wasm/wasmSlice.ts';

/**
 * Our kernels, by the backend that they run on: some in the place of a stock one, some for operations of our own. To be
 * registered once the backend's package is loaded; again is harmless.
 */
export const KERNEL_REGISTRATIONS: Readonly<Record<'webgpu' | 'wasm' | 'webgl' | 'cpu', readonly (() => void)[]>> = {
  webgpu: [
    registerWebGpuConvolution,
    registerWebGpuJoinedConvolution,
    registerWebGpuFilterGradient,
    registerWebGpuInputGradient,
    registerWebGpuDepthwiseGradients,
    registerWebGpuInvertedResidual,
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
