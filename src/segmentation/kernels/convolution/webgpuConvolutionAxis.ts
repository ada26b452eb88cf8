import { range } from '../../range.ts';
import type { ConvolutionInfo } from './convolutionAttributes.ts';

/**
 * How output pixels meet input pixels along one axis: output `o` sees, under tap `t`, the input pixel
 * `(o·stride + t·dilation − pad) / inputDilation` where that is whole, and nothing elsewhere.
 */
export interface ConvolutionAxis {
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pad: number;
  /** How far apart the input's pixels were laid, zeros between them: 1, or the stride of the convolution transposed. */
  readonly inputDilation: number;
}

/** Both axes of a forward convolution. */
export function forwardAxes(info: ConvolutionInfo): {
  readonly rows: ConvolutionAxis;
  readonly columns: ConvolutionAxis;
} {
  return {
    rows: {
      taps: info.filterHeight,
      stride: info.strideHeight,
      dilation: info.dilationHeight,
      pad: info.padInfo.top,
      inputDilation: 1,
    },
    columns: {
      taps: info.filterWidth,
      stride: info.strideWidth,
      dilation: info.dilationWidth,
      pad: info.padInfo.left,
      inputDilation: 1,
    },
  };
}

/** Which input pixels a tile meets along an axis, as offsets from where the tile begins on the input. */
export interface TapOffsets {
  /** Of all output pixels of the tile, in ascending order. */
  readonly all: readonly number[];
  /** Those of one output pixel. */
  of(output: number): { readonly tap: number; readonly offset: number }[];
}

/** The offsets of a tile of `side` output pixels, a multiple of the axis's input dilation. */
export function tapOffsets(axis: ConvolutionAxis, side: number): TapOffsets {
  const of = (output: number) =>
    range(axis.taps)
      .map((tap) => ({ tap, offset: (output * axis.stride + tap * axis.dilation - axis.pad) / axis.inputDilation }))
      .filter(({ offset }) => Number.isInteger(offset));
  const all = [...new Set(range(side).flatMap((output) => of(output).map(({ offset }) => offset)))];
  return { all: all.sort((a, b) => a - b), of };
}

/** Input pixels from the beginning of one tile of `side` output pixels to that of the next. */
export function inputStep({ stride, inputDilation }: ConvolutionAxis, side: number): number {
  return (side * stride) / inputDilation;
}
