/** A square convolution without bias, `same` padding. */
export interface ConvolutionShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  /** 1 unless given; never together with a dilation. */
  readonly stride?: number;
  /** 1 unless given. */
  readonly dilation?: number;
  /** Whether its input is a map of pretrained layers, which gets a gradient only where these learn; false unless given. */
  readonly pretrainedInput?: boolean;
  /** Whether a {@link NetworkOps.normRelu} comes next; false unless given. */
  readonly isNormalized?: boolean;
}

/** A convolution with bias whose weights were learned before, `same` padding. */
export interface PretrainedShape extends Omit<ConvolutionShape, 'dilation' | 'pretrainedInput' | 'isNormalized'> {
  /** Whether its input is the picture, which never gets a gradient; false unless given. */
  readonly ofPicture?: boolean;
  /** Whether its weights stay frozen during fine-tuning, too; false unless given. */
  readonly fixed?: boolean;
  /** Whether every channel has a filter of its own; then there are as many outputs as inputs. */
  readonly depthwise?: boolean;
  /** `relu6`: `min(max(x, 0), 6)`. */
  readonly activation: 'linear' | 'relu6';
}

/** An inverted residual block (Sandler et al. 2018), whose weights were learned before. */
export interface InvertedResidualShape {
  readonly inputs: number;
  /** Channels that it widens its input to; as many as `inputs`: it widens nothing. */
  readonly wide: number;
  /** As many as `inputs` at stride 1: the input is added to the result. */
  readonly outputs: number;
  readonly stride: 1 | 2;
}

/** One of the convolutions that {@link NetworkOps.joinedConvolution} adds up; without a dilation. */
export interface ConvolutionPart<T> {
  readonly x: T;
  readonly name: string;
  readonly shape: ConvolutionShape;
}

/** Channels of a small map, of the map twice as large that it is laid beside, and of the result. */
export interface JoinShape {
  readonly deep: number;
  readonly skip: number;
  readonly outputs: number;
}

/**
 * The vocabulary in which a network is written down, once. Interpreters of it compute tensors, collect the parameters,
 * or follow the receptive field (the "tagless final" style of Carette, Kiselyov & Shan 2009). `T` stands for a feature
 * map `[B, H, W, C]`; `name` is unique within a network and names the parameters.
 */
export interface NetworkOps<T> {
  /** `addend`, a map of the result's shape, is added to it. */
  convolution(x: T, name: string, shape: ConvolutionShape, addend?: T): T;
  /**
   * The sum of two convolutions, which is that of both maps laid side by side; a {@link normRelu} comes next. See
   * {@link oneAfterAnother}.
   */
  joinedConvolution(first: ConvolutionPart<T>, second: ConvolutionPart<T>): T;
  /**
   * Convolution with bias by weights that came with the page, `name/kernel` and `name/bias`; `x` is made of the picture
   * by such layers alone. Unless they are fine-tuned, none of them learns and `x` gets no gradient. `addend`, a map of the
   * result's shape, is added to a linear one.
   */
  pretrainedConvolution(x: T, name: string, shape: PretrainedShape, addend?: T): T;
  /**
   * {@link InvertedResidualShape} of {@link pretrainedConvolution}s: `name/expand`, `name/depthwise` and `name/project`, see
   * {@link layerByLayer}.
   */
  invertedResidual(x: T, name: string, shape: InvertedResidualShape): T;
  /** Convolution with bias, then ReLU. */
  convolutionRelu(x: T, name: string, shape: ConvolutionShape): T;
  /**
   * Every pixel of `deep` doubled along both axes, `skip` laid beside it, a 3×3 convolution with bias over both, then
   * ReLU.
   */
  enlargeAndJoinRelu(deep: T, skip: T, name: string, shape: JoinShape): T;
  /** Group normalisation with gain and offset, then ReLU. */
  normRelu(x: T, name: string, channels: number): T;
  /** 2×2, stride 2. */
  maxPool(x: T): T;
  /** Twice as high and wide, bilinear, pixel centres at ½. */
  upsample(x: T): T;
  add(a: T, b: T): T;
  /** 1×1 convolution with bias: one logit per output channel. */
  head(x: T, inputs: number, outputs: number): T;
}

const nothing = () => null;

/** The interpreter that computes nothing; those that only collect some of the layers extend it. */
export const IDLE_OPS: NetworkOps<null> = {
  convolution: nothing,
  joinedConvolution: nothing,
  pretrainedConvolution: nothing,
  invertedResidual: nothing,
  convolutionRelu: nothing,
  enlargeAndJoinRelu: nothing,
  normRelu: nothing,
  maxPool: nothing,
  upsample: nothing,
  add: nothing,
  head: nothing,
};

/** A network: what it does to a picture `[B, H, W, 3]` whose sides are multiples of `sizeMultiple`. */
export interface NetworkDescription {
  readonly sizeMultiple: number;
  /** Logits `[B, H, W, outputs]`. */
  describe<T>(ops: NetworkOps<T>, picture: T, outputs: number): T;
}

/** Two convolutions that are added up as what they are: one, and another that adds the first one's map. */
export function oneAfterAnother<T>(
  ops: Pick<NetworkOps<T>, 'convolution'>,
  first: ConvolutionPart<T>,
  second: ConvolutionPart<T>,
): T {
  const addend = ops.convolution(first.x, first.name, first.shape);
  return ops.convolution(second.x, second.name, { ...second.shape, isNormalized: true }, addend);
}

/** Whether an inverted residual block widens its input. */
export function isExpanded({ inputs, wide }: InvertedResidualShape): boolean {
  return wide !== inputs;
}

/** Whether an inverted residual block adds its input to its result. */
export function isResidual({ inputs, outputs, stride }: InvertedResidualShape): boolean {
  return stride === 1 && inputs === outputs;
}

/** An inverted residual block as the convolutions that it is made of, one after another. */
export function layerByLayer<T>(
  ops: Pick<NetworkOps<T>, 'pretrainedConvolution'>,
  x: T,
  name: string,
  shape: InvertedResidualShape,
): T {
  const { inputs, wide, outputs, stride } = shape;
  const pointwise = { kernel: 1, outputs: wide, inputs, activation: 'relu6' } as const;
  const y = isExpanded(shape) ? ops.pretrainedConvolution(x, `${name}/expand`, pointwise) : x;
  const depthwise = { inputs: wide, outputs: wide, kernel: 3, stride, depthwise: true, activation: 'relu6' } as const;
  const filtered = ops.pretrainedConvolution(y, `${name}/depthwise`, depthwise);
  const narrow = { kernel: 1, inputs: wide, outputs, activation: 'linear' } as const;
  return ops.pretrainedConvolution(filtered, `${name}/project`, narrow, isResidual(shape) ? x : undefined);
}

/** Normalisation groups of a map with `channels` channels: the most of 8 that divide it into groups of at least two. */
export function groupsFor(channels: number): number {
  for (let groups = Math.min(8, Math.floor(channels / 2)); groups > 1; groups--) {
    if (channels % groups === 0) return groups;
  }
  return 1;
}

/** The first convolution: reduces the picture `stride` times, by patches that overlap by half. */
export function stem<T>(ops: NetworkOps<T>, picture: T, outputs: number, stride: number): T {
  const kernel = stride === 1 ? 3 : 2 * stride;
  return block(ops, picture, 'stem', { inputs: 3, outputs, kernel, stride });
}

/** Convolution, normalisation, ReLU. */
export function block<T>(ops: NetworkOps<T>, x: T, name: string, shape: ConvolutionShape): T {
  return ops.normRelu(ops.convolution(x, name, { ...shape, isNormalized: true }), name, shape.outputs);
}

/** Logits at full size from the features of the reduced picture. */
export function logitsFrom<T>(ops: NetworkOps<T>, x: T, inputs: number, outputs: number, stride: number): T {
  let logits = ops.head(x, inputs, outputs);
  for (let factor = stride; factor > 1; factor /= 2) logits = ops.upsample(logits);
  return logits;
}
