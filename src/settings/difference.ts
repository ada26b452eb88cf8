import * as v from 'valibot';
import {
  changesForNetwork,
  DEFAULT_LEARNER_SETTINGS,
  hasClassWeights,
  incompatibility,
  type LearnerSettings,
  learnerSettingsSchema,
  networkSettingsSchema,
  SMOOTHNESS,
} from './learner.ts';

/** What may differ between two learners that are compared, in the order in which it is offered. */
export const COMPARED_SETTINGS = [
  'unlabeled',
  'loss',
  'smoothness',
  'classBalance',
  'strokeBalance',
  'network',
  'width',
  'optimizer',
  'learningRate',
  'schedule',
  'labelSmoothing',
  'augmentation',
  'seed',
] as const;

export type ComparedSetting = (typeof COMPARED_SETTINGS)[number];

const { entries } = learnerSettingsSchema;

const differing = <const Setting extends ComparedSetting, Value extends v.GenericSchema>(
  setting: Setting,
  value: Value,
) => v.object({ setting: v.literal(setting), value });

const differenceSchema = v.variant('setting', [
  differing('unlabeled', entries.unlabeled),
  differing('loss', entries.loss),
  /** The weight of the term. */
  differing('smoothness', entries.smoothness.wrapped.entries.weight),
  differing('classBalance', entries.classBalance),
  differing('strokeBalance', entries.strokeBalance.wrapped),
  differing('network', networkSettingsSchema.entries.kind),
  differing('width', networkSettingsSchema.entries.width),
  differing('optimizer', entries.optimizer),
  differing('learningRate', entries.learningRate),
  differing('schedule', entries.schedule),
  differing('labelSmoothing', entries.labelSmoothing),
  /** Whether pictures are turned, mirrored and recoloured as the other learner's are. */
  differing('augmentation', v.boolean()),
  differing('seed', entries.seed),
]);

/** The one setting in which the second of two learners differs from the first, and its value there. */
export type SettingsDifference = v.InferOutput<typeof differenceSchema>;

const NO_AUGMENTATION: LearnerSettings['augmentation'] = { flip: false, quarterTurns: false, color: 0, scale: 0 };

/** Validates a difference from a message or a link. Throws an `Error` with one sentence. */
export function parseDifference(value: unknown): SettingsDifference {
  const result = v.safeParse(differenceSchema, value);
  if (result.success) return result.output;
  throw new Error(`These two learners cannot be compared: ${result.issues[0].message}.`);
}

/** The second learner's settings: the first one's in all but this. */
export function withDifference(settings: LearnerSettings, difference: SettingsDifference): LearnerSettings {
  const { network, smoothness } = settings;
  switch (difference.setting) {
    case 'smoothness':
      return { ...settings, smoothness: { ...smoothness, weight: difference.value } };
    case 'network':
      // At the rate that suits it: what would blow up says nothing of the network.
      return { ...settings, ...changesForNetwork(settings, { ...network, kind: difference.value }) };
    case 'width':
      return { ...settings, network: { ...network, width: difference.value } };
    case 'augmentation':
      if (difference.value === isAugmented(settings)) return settings;
      return { ...settings, augmentation: difference.value ? DEFAULT_LEARNER_SETTINGS.augmentation : NO_AUGMENTATION };
    default:
      return { ...settings, [difference.setting]: difference.value };
  }
}

/** The setting's present value, as a difference that {@link withDifference} would take. */
export function differenceAsIs(settings: LearnerSettings, setting: ComparedSetting): SettingsDifference {
  const { network, smoothness } = settings;
  switch (setting) {
    case 'smoothness':
      return { setting, value: smoothness.weight };
    case 'network':
      return { setting, value: network.kind };
    case 'width':
      return { setting, value: network.width };
    case 'augmentation':
      return { setting, value: isAugmented(settings) };
    default:
      return { setting, value: settings[setting] } as SettingsDifference;
  }
}

/** What to compare with first: another value of this setting that shows something. */
export function suggestedDifference(settings: LearnerSettings, setting: ComparedSetting): SettingsDifference {
  const { unlabeled, loss, smoothness, network, learningRate } = settings;
  switch (setting) {
    case 'unlabeled':
      return { setting, value: unlabeled === 'ignore' ? 'asBackground' : 'ignore' };
    case 'loss':
      return { setting, value: loss === 'crossEntropy' ? 'focal' : 'crossEntropy' };
    case 'smoothness':
      return { setting, value: smoothness.weight > 0 ? 0 : SMOOTHNESS.weight };
    case 'classBalance':
      return { setting, value: settings.classBalance === 'none' ? 'inverseSqrt' : 'none' };
    case 'strokeBalance':
      return { setting, value: settings.strokeBalance === 'pixel' ? 'stroke' : 'pixel' };
    case 'network':
      return { setting, value: network.kind === 'pretrained' ? 'unet' : 'pretrained' };
    case 'width':
      return { setting, value: network.width > 8 ? Math.max(4, Math.round(network.width / 4)) : 16 };
    case 'optimizer':
      return { setting, value: settings.optimizer === 'adamw' ? 'sgd' : 'adamw' };
    case 'learningRate':
      return { setting, value: Number((learningRate / 10).toPrecision(2)) < 1e-6 ? 1e-2 : learningRate / 10 };
    case 'schedule':
      return { setting, value: settings.schedule === 'constant' ? 'cosine' : 'constant' };
    case 'labelSmoothing':
      return { setting, value: settings.labelSmoothing > 0 ? 0 : 0.1 };
    case 'augmentation':
      return { setting, value: !isAugmented(settings) };
    case 'seed':
      return { setting, value: settings.seed === 0xffff_ffff ? 0 : settings.seed + 1 };
  }
}

/** Why it makes no sense to compare with this, as a sentence for a tooltip; `null`: it does. */
export function whyNotCompare(settings: LearnerSettings, difference: SettingsDifference): string | null {
  if (differenceAsIs(settings, difference.setting).value === difference.value) return 'A has this too.';
  const { loss, unlabeled } = withDifference(settings, difference);
  if (difference.setting === 'classBalance' && !hasClassWeights(loss)) {
    return 'Dice and squared error have no class weights, so B would learn as A does.';
  }
  return incompatibility(loss, unlabeled);
}

function isAugmented({ augmentation }: LearnerSettings): boolean {
  const { flip, quarterTurns, color, scale } = augmentation;
  return flip || quarterTurns || color > 0 || scale > 0;
}
