import type { ToolId } from '../editor/tools/toolbox.ts';
import type {
  ClassBalance,
  LossKind,
  NetworkKind,
  OptimizerKind,
  PictureOrderKind,
  Recipe,
  Schedule,
  StrokeBalance,
  Treatment,
} from '../settings/learner.ts';

/** A choice's name and one sentence about it. */
export interface Wording {
  readonly name: string;
  readonly hint: string;
}

export const TREATMENT_WORDS: Readonly<Record<Treatment, Wording>> = {
  ignore: {
    name: 'Ignore',
    hint: 'Unlabeled pixels count in neither the loss nor the accuracy: the network may predict anything there.',
  },
  allPixelMean: {
    name: 'All-pixel mean',
    hint: 'The mask is right, but the sum is divided by all pixels: the fewer labels, the smaller the gradient.',
  },
  zeroedInput: {
    name: 'Zeroed input',
    hint: 'Logits and labels are zeroed where unlabeled: each such pixel costs log C, a floor no training can lower.',
  },
  asBackground: {
    name: 'As background',
    hint: 'Unlabeled pixels are trained as one class: what you did not paint is erased.',
  },
  extraClass: {
    name: 'Extra class',
    hint: 'Unlabeled becomes a class of its own: the network learns to predict “unlabeled”.',
  },
};

export const RECIPE_WORDS: Readonly<Record<Recipe, Wording>> = {
  bestMasks: {
    name: 'Best masks',
    hint: 'Rare classes count more, and unlabeled neighbours of like colour are pulled together.',
  },
  plain: { name: 'Plain', hint: 'The masked loss and nothing else: every labeled pixel counts the same.' },
};

export const LOSS_WORDS: Readonly<Record<LossKind, Wording>> = {
  crossEntropy: { name: 'Cross-entropy', hint: 'The negative log-probability of the right class.' },
  focal: { name: 'Focal', hint: 'Cross-entropy that cares less about pixels already right (γ = 2).' },
  dice: { name: 'Dice', hint: 'One minus the overlap of each class: small classes count as much as large ones.' },
  mse: { name: 'Squared error', hint: 'The mean squared distance of the probabilities to the one-hot label.' },
};

export const NETWORK_WORDS: Readonly<Record<NetworkKind, Wording>> = {
  unet: { name: 'U-Net', hint: 'Sees the picture at several scales and joins them: the usual choice.' },
  pretrained: {
    name: 'Pretrained U-Net',
    hint: 'Looks through layers that learned on photographs and trains the rest: the best masks from few strokes.',
  },
  plainUnet: {
    name: 'Plain U-Net',
    hint: 'Without normalisation: the quickest step, but it wants a lower learning rate.',
  },
  context: { name: 'Dilated context', hint: 'Keeps full detail and looks wider by dilation: light and sharp.' },
};

export const PRETRAINED_WORDS: Readonly<Record<'frozen' | 'fineTuned', Wording>> = {
  frozen: {
    name: 'Frozen',
    hint: 'What the layers learned from photographs stays as it is; only the new layers learn.',
  },
  fineTuned: {
    name: 'Fine-tuned',
    hint: 'The layers that learned from photographs go on learning from your pictures, at a lower rate; steps take longer.',
  },
};

export const BALANCE_WORDS: Readonly<Record<ClassBalance, Wording>> = {
  none: { name: 'None', hint: 'Every labeled pixel counts the same; large strokes win.' },
  inverseSqrt: { name: '1 / √count', hint: 'Rarely painted classes count more.' },
  inverse: { name: '1 / count', hint: 'Every class counts the same, however little of it is painted.' },
  custom: { name: 'Custom', hint: 'A weight for each class, by hand.' },
};

export const STROKE_BALANCE_WORDS: Readonly<Record<StrokeBalance, Wording>> = {
  pixel: { name: 'Per pixel', hint: 'Every labeled pixel counts the same: a wide stroke says more than a thin one.' },
  stroke: { name: 'Per stroke', hint: 'Every stroke of a picture counts the same, a dab as much as a filled area.' },
};

export const PICTURE_ORDER_WORDS: Readonly<Record<PictureOrderKind, Wording>> = {
  even: { name: 'In turn', hint: 'Every step looks at one picture, and all of them come equally often.' },
  classes: {
    name: 'By class',
    hint: 'Asks for every class in turn and looks at a picture that has it: what few pictures show is seen more often.',
  },
};

export const OPTIMIZER_WORDS: Readonly<Record<OptimizerKind, Wording>> = {
  adamw: { name: 'AdamW', hint: 'Adapts each weight’s step; a constant factor on the loss nearly cancels.' },
  sgd: { name: 'SGD', hint: 'With momentum 0.9. Shows the scale of the gradient as it is.' },
};

export const SCHEDULE_WORDS: Readonly<Record<Schedule, Wording>> = {
  constant: { name: 'Constant', hint: 'The same learning rate at every step.' },
  cosine: { name: 'Cosine', hint: 'Falls smoothly to zero over the step budget.' },
  oneCycle: { name: 'One-cycle', hint: 'Warms up, then falls: fast.ai’s schedule.' },
};

export const percent = (share: number | null, digits = 1): string =>
  share === null ? '–' : `${(share * 100).toFixed(digits)} %`;

/** Names of the tools. */
export const TOOL_NAMES: Readonly<Record<ToolId, string>> = {
  brush: 'Class brush',
  line: 'Straight line',
  polygon: 'Polygon',
  lasso: 'Lasso',
  fill: 'Flood fill',
  superpixel: 'Superpixels',
  picker: 'Class picker',
  accept: 'Accept brush',
};

/** One line on how a tool is used that has nothing to set. */
export const TOOL_HINTS: Readonly<Partial<Record<ToolId, string>>> = {
  polygon: 'Click the corners. Enter or a double click closes, Backspace takes one back.',
  lasso: 'Draw around an area.',
  superpixel: 'Click patches, or draw over them.',
  picker: 'Click what is labeled to paint with its class.',
};
