import * as v from 'valibot';

const integerBetween = (low: number, high: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(low), v.maxValue(high));
const numberBetween = (low: number, high: number) => v.pipe(v.number(), v.finite(), v.minValue(low), v.maxValue(high));

export const NETWORK_KINDS = ['unet', 'context', 'plainUnet', 'pretrained'] as const;
export const LOSSES = ['crossEntropy', 'focal', 'dice', 'mse'] as const;
export const TREATMENTS = ['ignore', 'allPixelMean', 'zeroedInput', 'asBackground', 'extraClass'] as const;
export const CLASS_BALANCES = ['none', 'inverseSqrt', 'inverse', 'custom'] as const;
export const STROKE_BALANCES = ['pixel', 'stroke'] as const;
export const PICTURE_ORDERS = ['even', 'classes'] as const;
export const OPTIMIZERS = ['adamw', 'sgd'] as const;
export const SCHEDULES = ['constant', 'cosine', 'oneCycle'] as const;

export type NetworkKind = (typeof NETWORK_KINDS)[number];
export type LossKind = (typeof LOSSES)[number];
/** What the label loss does with unlabeled pixels. Only `ignore` is right; the others are there to be seen failing. */
export type Treatment = (typeof TREATMENTS)[number];
export type ClassBalance = (typeof CLASS_BALANCES)[number];
/** What counts the same in the label loss: every labeled pixel, or every stroke of a picture whatever its area. */
export type StrokeBalance = (typeof STROKE_BALANCES)[number];
/** Which picture a step learns from: each as often as any other, or so that every class is soon seen again. */
export type PictureOrderKind = (typeof PICTURE_ORDERS)[number];
export type OptimizerKind = (typeof OPTIMIZERS)[number];
export type Schedule = (typeof SCHEDULES)[number];

export const networkSettingsSchema = v.object({
  kind: v.picklist(NETWORK_KINDS),
  /** Filters of the first level (U-Nets) or of every level (context net). */
  width: integerBetween(4, 64),
  /** Levels of the U-Nets, or dilated blocks of the context net. */
  depth: integerBetween(1, 6),
  /** The network works on a picture reduced this many times by its first convolution; logits are enlarged back. */
  stride: v.picklist([1, 2, 4]),
});

export type NetworkSettings = v.InferOutput<typeof networkSettingsSchema>;

/** How strongly neighbours of like colour are pulled towards one class, and which pairs count. */
const smoothnessSchema = v.object({
  /** Of the term beside the label loss; 0 is off. */
  weight: numberBetween(0, 10),
  /** Half the side of the window in which pixels are neighbours. */
  radiusPx: integerBetween(1, 6),
  /** Difference of colour at which likeness falls off, in the picture's own deviations: faint pictures count as others. */
  colorWidth: numberBetween(0.05, 4),
  /** Distance at which it falls off. */
  spaceWidthPx: numberBetween(0.5, 20),
  /** Whether pairs of two labeled pixels are left out. */
  gated: v.boolean(),
});

export type SmoothnessSettings = v.InferOutput<typeof smoothnessSchema>;

/** What paid when it was measured (`src/quality/FIGURES.md`). */
export const SMOOTHNESS: SmoothnessSettings = {
  weight: 2,
  radiusPx: 3,
  colorWidth: 0.4,
  spaceWidthPx: 6,
  gated: true,
};

const NO_SMOOTHNESS: SmoothnessSettings = { ...SMOOTHNESS, weight: 0 };

/** The largest weight that a class may be given by hand. */
export const MAX_CLASS_WEIGHT = 10;

/** Weights by class id; a class without one weighs 1. */
const customClassWeightsSchema = v.record(
  v.pipe(v.string(), v.regex(/^(?:[12]?\d|3[01])$/)),
  numberBetween(0, MAX_CLASS_WEIGHT),
);

export type CustomClassWeights = Readonly<v.InferOutput<typeof customClassWeightsSchema>>;

/** When training ends before its budget does. */
const earlyStopSchema = v.object({
  /** Ends when held-out strokes were not predicted better for so many steps; 0: never. */
  patienceSteps: integerBetween(0, 100_000),
});

const NO_EARLY_STOP: v.InferOutput<typeof earlyStopSchema> = { patienceSteps: 0 };

/** Share of the strokes that is held out once a person asks for it. */
export const HELD_OUT_SHARE = 0.2;

/** How the pretrained layers go on learning; of no effect for a network without such layers. */
const fineTuningSchema = v.object({
  /** Their share of the learning rate; at 0 they stay as they came. */
  rate: numberBetween(0, 1),
  /** Share of the step budget during which they stay as they came all the same. */
  frozenShare: numberBetween(0, 1),
});

export type FineTuningSettings = v.InferOutput<typeof fineTuningSchema>;

/** What paid when it was measured (`src/quality/FIGURES.md`). */
export const FINE_TUNING: FineTuningSettings = { rate: 0.01, frozenShare: 0.5 };

const NO_FINE_TUNING: FineTuningSettings = { ...FINE_TUNING, rate: 0 };

/** Everything that a person may choose about the learner. */
export const learnerSettingsSchema = v.object({
  network: networkSettingsSchema,
  loss: v.picklist(LOSSES),
  unlabeled: v.picklist(TREATMENTS),
  /** Class id that unlabeled pixels are trained as under `asBackground`. */
  backgroundClassId: integerBetween(0, 31),
  classBalance: v.picklist(CLASS_BALANCES),
  /** Read under the custom balance alone. Absent from what was saved before there was one. */
  customClassWeights: v.optional(customClassWeightsSchema, {}),
  /** This and the next are absent from what was saved before there was a choice. */
  strokeBalance: v.optional(v.picklist(STROKE_BALANCES), 'pixel'),
  pictureOrder: v.optional(v.picklist(PICTURE_ORDERS), 'even'),
  labelSmoothing: numberBetween(0, 0.5),
  /** Absent from what was saved before there was such a term. */
  smoothness: v.optional(smoothnessSchema, NO_SMOOTHNESS),
  /** Absent from what was saved before pretrained layers could learn. */
  fineTuning: v.optional(fineTuningSchema, NO_FINE_TUNING),
  optimizer: v.picklist(OPTIMIZERS),
  learningRate: numberBetween(1e-6, 1),
  weightDecay: numberBetween(0, 1),
  schedule: v.picklist(SCHEDULES),
  /** Decay of the running average of the weights that predicts in their place; 0 is off. Absent from older projects. */
  weightAverage: v.optional(numberBetween(0, 0.999), 0),
  /** Whether the mirror image is predicted, too, and both are averaged. Absent from older projects. */
  flipAveraging: v.optional(v.boolean(), false),
  /** Training stops after this many steps, with *Continue*. */
  stepBudget: integerBetween(1, 100_000),
  /**
   * Share of the learning rate that training goes on with past its budget, and that new labels get at least. Before it
   * could be chosen it was a tenth.
   */
  continueRate: v.optional(numberBetween(0, 1), 0.1),
  /** Share of the strokes that are kept out of training, whole, to score with; 0: none. */
  heldOutShare: v.optional(v.union([v.literal(0), numberBetween(0.1, 0.5)]), 0),
  earlyStop: v.optional(earlyStopSchema, NO_EARLY_STOP),
  /** Whether an early stop goes back to the weights that predicted held-out strokes best. */
  restoreBest: v.optional(v.boolean(), false),
  /** Whether a network without normalisation trains on crops around the labels, where that saves work. */
  cropAroundLabels: v.boolean(),
  augmentation: v.object({
    flip: v.boolean(),
    quarterTurns: v.boolean(),
    /** Strength of the brightness, contrast and colour jitter; 0 is off, 0.1 is 10 %. */
    color: numberBetween(0, 0.5),
    /** Shows the picture up to `1 + scale` times as large, and as many times as small; 0 is off. */
    scale: v.optional(numberBetween(0, 1), 0),
  }),
  seed: integerBetween(0, 0xffff_ffff),
});

export type LearnerSettings = v.InferOutput<typeof learnerSettingsSchema>;

/** Defaults: what learned best from few strokes when it was measured (`src/quality/FIGURES.md`). */
export const DEFAULT_LEARNER_SETTINGS: LearnerSettings = {
  network: { kind: 'pretrained', width: 16, depth: 4, stride: 1 },
  loss: 'crossEntropy',
  unlabeled: 'ignore',
  backgroundClassId: 0,
  classBalance: 'inverseSqrt',
  customClassWeights: {},
  strokeBalance: 'pixel',
  pictureOrder: 'even',
  labelSmoothing: 0,
  smoothness: SMOOTHNESS,
  fineTuning: FINE_TUNING,
  optimizer: 'adamw',
  learningRate: 0.02,
  weightDecay: 0.01,
  schedule: 'cosine',
  weightAverage: 0,
  flipAveraging: true,
  stepBudget: 120,
  continueRate: 0.1,
  heldOutShare: 0,
  earlyStop: NO_EARLY_STOP,
  restoreBest: false,
  cropAroundLabels: true,
  augmentation: { flip: true, quarterTurns: true, color: 0.1, scale: 0 },
  seed: 1,
};

export const RECIPES = ['bestMasks', 'plain'] as const;

export type Recipe = (typeof RECIPES)[number];

type RecipeSettings = Pick<LearnerSettings, 'classBalance' | 'strokeBalance' | 'smoothness'>;

/**
 * What each recipe sets. `bestMasks`: everything that pays with few strokes. `plain`: the masked label loss and nothing
 * else.
 */
const RECIPE_SETTINGS: Readonly<Record<Recipe, RecipeSettings>> = {
  bestMasks: {
    classBalance: DEFAULT_LEARNER_SETTINGS.classBalance,
    strokeBalance: DEFAULT_LEARNER_SETTINGS.strokeBalance,
    smoothness: SMOOTHNESS,
  },
  plain: { classBalance: 'none', strokeBalance: 'pixel', smoothness: NO_SMOOTHNESS },
};

/** What to change for a recipe; where smoothness is switched off, its window and widths stay. */
export function changesForRecipe({ smoothness }: LearnerSettings, recipe: Recipe): RecipeSettings {
  const wanted = RECIPE_SETTINGS[recipe];
  return recipe === 'plain' ? { ...wanted, smoothness: { ...smoothness, weight: 0 } } : wanted;
}

/** The recipe that settings follow, `null` where they are a person's own mixture. */
export function recipeOf({ classBalance, strokeBalance, smoothness }: LearnerSettings): Recipe | null {
  const { bestMasks: best, plain } = RECIPE_SETTINGS;
  const hasBalanceOf = (recipe: RecipeSettings) =>
    classBalance === recipe.classBalance && strokeBalance === recipe.strokeBalance;
  if (hasBalanceOf(plain) && smoothness.weight === 0) return 'plain';
  return hasBalanceOf(best) && sameSmoothness(smoothness, best.smoothness) ? 'bestMasks' : null;
}

function sameSmoothness(a: SmoothnessSettings, b: SmoothnessSettings): boolean {
  return (Object.keys(a) as (keyof SmoothnessSettings)[]).every((key) => a[key] === b[key]);
}

/** The rate that each network learns well at with AdamW; one without normalisation would be thrown off by more. */
const LEARNING_RATES: Readonly<Record<NetworkKind, number>> = {
  unet: 0.02,
  context: 0.02,
  plainUnet: 0.003,
  pretrained: 0.02,
};

/** Whether two settings ask for one network. */
export function sameNetwork(a: NetworkSettings, b: NetworkSettings): boolean {
  return a.kind === b.kind && a.width === b.width && a.depth === b.depth && a.stride === b.stride;
}

/** What to change for another network: the network, and the learning rate unless a person chose one. */
export function changesForNetwork(
  settings: LearnerSettings,
  network: NetworkSettings,
): Pick<LearnerSettings, 'network' | 'learningRate'> {
  const untouched = settings.learningRate === LEARNING_RATES[settings.network.kind];
  return { network, learningRate: untouched ? LEARNING_RATES[network.kind] : settings.learningRate };
}

/** Longest side, in pixels, that the network's inner maps may have by default. */
const INNER_SIDE_PX = { hardware: 256, software: 128 } as const;

/**
 * How many times the network reduces pictures of a working size (their longest side) unless a person chooses: as little
 * as keeps a training step short on the device, where `software` means that no graphics processor does the work.
 */
export function defaultReduction(workingSizePx: number, software: boolean): NetworkSettings['stride'] {
  const limit = software ? INNER_SIDE_PX.software : INNER_SIDE_PX.hardware;
  if (workingSizePx <= limit) return 1;
  return workingSizePx <= 2 * limit ? 2 : 4;
}

/** Whether class weights make a difference to a loss: Dice and squared error have none. */
export function hasClassWeights(loss: LossKind): boolean {
  return loss === 'crossEntropy' || loss === 'focal';
}

/**
 * Why a loss and a treatment of unlabeled pixels make no sense together, as a sentence for a tooltip, or `null` when
 * they do.
 */
export function incompatibility(loss: LossKind, treatment: Treatment): string | null {
  if (treatment === 'zeroedInput' && loss !== 'crossEntropy') {
    return 'Zeroed input is the published recipe over cross-entropy; it is not defined for other losses.';
  }
  if (treatment === 'allPixelMean' && loss === 'dice') {
    return 'Dice is a ratio of sums, so there is no mean over all pixels to take.';
  }
  return null;
}
