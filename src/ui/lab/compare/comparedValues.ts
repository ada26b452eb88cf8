import { COMPARED_SETTINGS, type ComparedSetting, type SettingsDifference } from '../../../settings/difference.ts';
import {
  CLASS_BALANCES,
  LOSSES,
  NETWORK_KINDS,
  OPTIMIZERS,
  SCHEDULES,
  STROKE_BALANCES,
  TREATMENTS,
} from '../../../settings/learner.ts';
import type { ChoiceOption } from '../../controls/fields.tsx';
import { COMPARED_SETTING_WORDS } from './compareWords.ts';

export const COMPARED_SETTING_OPTIONS: readonly ChoiceOption<ComparedSetting>[] = COMPARED_SETTINGS.map((value) => ({
  value,
  name: COMPARED_SETTING_WORDS[value].name,
}));

/** Everything that a setting of named values can be; `null` for a number. */
export function namedValues(setting: ComparedSetting): readonly SettingsDifference[] | null {
  switch (setting) {
    case 'unlabeled':
      return TREATMENTS.map((value) => ({ setting, value }));
    case 'loss':
      return LOSSES.map((value) => ({ setting, value }));
    case 'classBalance':
      return CLASS_BALANCES.map((value) => ({ setting, value }));
    case 'strokeBalance':
      return STROKE_BALANCES.map((value) => ({ setting, value }));
    case 'network':
      return NETWORK_KINDS.map((value) => ({ setting, value }));
    case 'optimizer':
      return OPTIMIZERS.map((value) => ({ setting, value }));
    case 'schedule':
      return SCHEDULES.map((value) => ({ setting, value }));
    case 'augmentation':
      return [true, false].map((value) => ({ setting, value }));
    default:
      return null;
  }
}

/** A setting that is a number. */
export type NumberDifference = Extract<SettingsDifference, { value: number }>;

/** What a number can be; the same as in the learner's own settings. */
export const NUMBER_RANGES: Readonly<
  Record<NumberDifference['setting'], { readonly min: number; readonly max: number; readonly whole?: boolean }>
> = {
  smoothness: { min: 0, max: 10 },
  width: { min: 4, max: 64, whole: true },
  learningRate: { min: 1e-6, max: 1 },
  labelSmoothing: { min: 0, max: 0.5 },
  seed: { min: 0, max: 0xffff_ffff, whole: true },
};
