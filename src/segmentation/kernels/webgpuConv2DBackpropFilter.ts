import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import { Conv2DBackpropFilter, type TensorInfo } from '@tensorflow/tfjs-core';
import { type ConvolutionInfo, convolutionInfo, type FilterGradientAttributes } from './filterGradientAttributes.ts';
import { replaceKernel } from './replaceKernel.ts';

const WORKGROUP_SIZE = 64;
/**
 * The rows are shared out until there are this many invocations, enough to occupy a graphics processor. With 64 sums
 * each, the partial sums take up to 2 MiB more than the filter itself.
 */
const WANTED_INVOCATIONS = 1 << 13;

/** How the work is shared out: an invocation sums one tile of weights over one block of output rows. */
interface Shares {
  /** Input and output channels of a tile, in vectors of four. */
  readonly inputVectors: 1 | 2;
  readonly outputVectors: 1 | 2;
  /** Blocks of rows, those of all pictures of the batch counted as one column. */
  readonly blocks: number;
  readonly rowsEach: number;
  readonly invocations: number;
}

/**
 * Filter gradient of a 2-D convolution on the WebGPU backend: inputs `x [B, H, W, Cin]` and `dy [B, H', W', Cout]`,
 * result `[kh, kw, Cin, Cout]`.
 *
 * The stock kernel gives each weight one invocation that walks every pixel: few invocations, two reads for each product
 * and one long sum in single precision. Here an invocation sums a tile of up to 8 × 8 weights over a block of rows, in
 * registers, and a second pass adds the blocks, in order, so that equal inputs give equal bits.
 */
function filterGradient(x: TensorInfo, dy: TensorInfo, attrs: FilterGradientAttributes, backend: WebGPUBackend) {
  const info = convolutionInfo(x, attrs);
  const shares = shareOut(info);
  const partialSums = backend.runWebGPUProgram(partialSumsProgram(info, shares), [x, dy], 'float32', [
    { type: 'int32', data: [info.strideHeight, info.strideWidth] },
    { type: 'int32', data: [info.dilationHeight, info.dilationWidth] },
    { type: 'int32', data: [info.padInfo.top, info.padInfo.left] },
    { type: 'int32', data: [info.filterHeight] },
    { type: 'int32', data: [shares.rowsEach] },
  ]);
  if (shares.blocks === 1) return partialSums;
  const sums = backend.runWebGPUProgram(blockSumProgram(attrs.filterShape), [partialSums], 'float32', [
    { type: 'int32', data: [shares.blocks] },
  ]);
  backend.disposeData(partialSums.dataId);
  return sums;
}

function shareOut(info: ConvolutionInfo): Shares {
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  const inputVectors = inChannels % 8 === 0 ? 2 : 1;
  const outputVectors = outChannels % 8 === 0 ? 2 : 1;
  const taps = filterHeight * filterWidth;
  const tiles = taps * Math.ceil(inChannels / (4 * inputVectors)) * Math.ceil(outChannels / (4 * outputVectors));
  const rows = info.batchSize * info.outHeight;
  const wanted = Math.min(Math.ceil(WANTED_INVOCATIONS / tiles), rows);
  const rowsEach = Math.ceil(rows / wanted);
  const blocks = Math.ceil(rows / rowsEach);
  return { inputVectors, outputVectors, blocks, rowsEach, invocations: tiles * blocks };
}

/** First pass: `[blocks · kh, kw, Cin, Cout]`, the gradient of each block of rows. */
function partialSumsProgram(info: ConvolutionInfo, shares: Shares): WebGPUProgram {
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  const { inputVectors, outputVectors } = shares;
  const inputComponents = inChannels % 4 === 0 ? 4 : 1;
  const outputComponents = outChannels % 4 === 0 ? 4 : 1;
  const sums = range(4 * inputVectors).flatMap((i) =>
    range(outputVectors).map((o) => ({ name: `sum${i}_${o}`, i, o })),
  );
  return {
    variableNames: ['x', 'dy'],
    variableComponents: [inputComponents, outputComponents],
    outputComponent: outputComponents,
    outputShape: [shares.blocks * filterHeight, filterWidth, inChannels, outChannels],
    uniforms: 'strides : vec2<i32>, dilations : vec2<i32>, pads : vec2<i32>, filterHeight : i32, rowsEach : i32,',
    shaderKey: `filterGradientPartialSums_${[inputComponents, outputComponents, inputVectors, outputVectors].join('_')}`,
    dispatchLayout: { x: [0, 1, 2, 3] },
    dispatch: [Math.ceil(shares.invocations / WORKGROUP_SIZE), 1, 1],
    workgroupSize: [WORKGROUP_SIZE, 1, 1],
    getUserCode: () => `
      ${readFunction('x', inputComponents)}
      ${readFunction('dy', outputComponents)}
      ${writeFunction(outputComponents)}

      fn main(index : i32) {
        let inputTiles = (uniforms.xShape.w + ${4 * inputVectors - 1}) / ${4 * inputVectors};
        let outputTiles = (uniforms.dyShape.w + ${4 * outputVectors - 1}) / ${4 * outputVectors};
        let inputTile = (index / outputTiles) % inputTiles;
        let firstInput = inputTile * ${4 * inputVectors};
        let inputVector = inputTile * ${inputVectors};
        let outputVector = (index % outputTiles) * ${outputVectors};
        // Counts through the taps of all blocks.
        let tap = index / (outputTiles * inputTiles);
        let tapX = tap % uniforms.outShape.y;
        let tapRow = tap / uniforms.outShape.y;
        if (tapRow >= uniforms.outShape.x) {
          return;
        }
        let block = tapRow / uniforms.filterHeight;
        let tapY = tapRow % uniforms.filterHeight;

        // The output columns whose input under this tap lies inside the picture.
        let shift = vec2<i32>(tapY, tapX) * uniforms.dilations - uniforms.pads;
        let firstX = (max(-shift.y, 0) + uniforms.strides.y - 1) / uniforms.strides.y;
        let reach = uniforms.xShape.z - 1 - shift.y;
        let endX = select(0, min(uniforms.dyShape.z, reach / uniforms.strides.y + 1), reach >= 0);

        ${sums.map(({ name }) => `var ${name} = vec4<f32>(0.0);`).join('\n')}
        let firstRow = block * uniforms.rowsEach;
        let endRow = min(firstRow + uniforms.rowsEach, uniforms.dyShape.x * uniforms.dyShape.y);
        for (var row = firstRow; row < endRow; row++) {
          let inputY = (row % uniforms.dyShape.y) * uniforms.strides.x + shift.x;
          if (inputY < 0 || inputY >= uniforms.xShape.y) {
            continue;
          }
          let line = (row / uniforms.dyShape.y * uniforms.xShape.y + inputY) * uniforms.xShape.z + shift.y;
          for (var outX = firstX; outX < endX; outX++) {
            let inputPixel = line + outX * uniforms.strides.y;
            let outputPixel = row * uniforms.dyShape.z + outX;
            ${range(inputVectors)
              .map((v) => `let input${v} = readX(inputPixel, inputVector + ${v});`)
              .join('\n')}
            ${range(outputVectors)
              .map((v) => `let gradient${v} = readDy(outputPixel, outputVector + ${v});`)
              .join('\n')}
            ${sums.map(({ name, i, o }) => `${name} += input${Math.floor(i / 4)}[${i % 4}] * gradient${o};`).join('\n')}
          }
        }
        ${sums
          .map(
            ({ name, i, o }) => `
        if (firstInput + ${i} < uniforms.xShape.w) {
          write(tap * uniforms.xShape.w + firstInput + ${i}, outputVector + ${o}, ${name});
        }`,
          )
          .join('\n')}
      }
    `,
  };
}

/** WGSL that reads four channels of a pixel; where these reach beyond the last channel, that one again. */
function readFunction(variable: 'x' | 'dy', components: 1 | 4): string {
  const name = variable === 'x' ? 'readX' : 'readDy';
  const channels = `uniforms.${variable}Shape.w`;
  if (components === 4) {
    return `fn ${name}(pixel : i32, vector : i32) -> vec4<f32> {
      return ${variable}[pixel * (${channels} / 4) + vector];
    }`;
  }
  return `fn ${name}(pixel : i32, vector : i32) -> vec4<f32> {
    let channel = min(vec4<i32>(0, 1, 2, 3) + vector * 4, vec4<i32>(${channels} - 1));
    let at = channel + pixel * ${channels};
    return vec4<f32>(${variable}[at.x], ${variable}[at.y], ${variable}[at.z], ${variable}[at.w]);
  }`;
}

/** WGSL that writes the weights from one input channel of one tap to four output channels, or to those there are. */
function writeFunction(components: 1 | 4): string {
  if (components === 4) {
    return `fn write(input : i32, vector : i32, sums : vec4<f32>) {
      result[input * (uniforms.dyShape.w / 4) + vector] = sums;
    }`;
  }
  return `fn write(input : i32, vector : i32, sums : vec4<f32>) {
    for (var i = 0; i < min(uniforms.dyShape.w - vector * 4, 4); i++) {
      result[input * uniforms.dyShape.w + vector * 4 + i] = sums[i];
    }
  }`;
}

/** Second pass: adds the blocks of `[blocks · kh, kw, Cin, Cout]`, always in the same order. */
function blockSumProgram(filterShape: readonly number[]): WebGPUProgram {
  const weights = filterShape.reduce((product, side) => product * side, 1);
  return {
    variableNames: ['partialSums'],
    outputShape: [...filterShape],
    uniforms: 'blocks : i32,',
    size: true,
    shaderKey: 'filterGradientBlockSum',
    dispatchLayout: { x: [0, 1, 2, 3] },
    dispatch: [Math.ceil(weights / WORKGROUP_SIZE), 1, 1],
    workgroupSize: [WORKGROUP_SIZE, 1, 1],
    getUserCode: () => `
      fn main(index : i32) {
        if (index < uniforms.size) {
          var sum = 0.0;
          for (var block = 0; block < uniforms.blocks; block++) {
            sum += partialSums[block * uniforms.size + index];
          }
          result[index] = sum;
        }
      }
    `,
  };
}

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

/**
 * Replaces the WebGPU backend's kernel, but for channels first. Idempotent; call it once the backend's package is
 * loaded.
 */
export function registerWebGpuFilterGradient(): void {
  replaceKernel(Conv2DBackpropFilter, 'webgpu', (stock) => (params) => {
    const attrs = params.attrs as unknown as FilterGradientAttributes;
    if (attrs.dataFormat === 'NCHW') return stock(params);
    const { x, dy } = params.inputs;
    return filterGradient(x as TensorInfo, dy as TensorInfo, attrs, params.backend as WebGPUBackend);
  });
}
