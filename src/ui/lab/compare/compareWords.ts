import { PREDICTED_UNLABELED } from '../../../labels/planes.ts';
import type { ClassDisagreement, Disagreement } from '../../../metrics/disagreement.ts';
import type { SegmentationClass } from '../../../settings/classes.ts';
import type { ComparedSetting, SettingsDifference } from '../../../settings/difference.ts';
import { rateWords } from '../../learner/rateFinder/rateWords.ts';
import {
  BALANCE_WORDS,
  LOSS_WORDS,
  NETWORK_WORDS,
  OPTIMIZER_WORDS,
  SCHEDULE_WORDS,
  STROKE_BALANCE_WORDS,
  TREATMENT_WORDS,
  type Wording,
} from '../../strings.ts';

export const COMPARED_SETTING_WORDS: Readonly<Record<ComparedSetting, Wording>> = {
  unlabeled: { name: 'Unlabeled pixels', hint: 'What the loss does with pixels that nobody painted.' },
  loss: { name: 'Loss', hint: 'What a wrong pixel costs.' },
  smoothness: { name: 'Smoothness', hint: 'How strongly unlabeled neighbours of like colour are pulled together.' },
  classBalance: { name: 'Class balance', hint: 'How much more rarely painted classes count.' },
  strokeBalance: { name: 'Stroke balance', hint: 'Whether wide strokes count more than thin ones.' },
  network: { name: 'Network', hint: 'Another network, at the learning rate that suits it.' },
  width: { name: 'Filters', hint: 'How wide the network is.' },
  optimizer: { name: 'Optimiser', hint: 'How gradients become steps.' },
  learningRate: { name: 'Learning rate', hint: 'How far a step goes.' },
  schedule: { name: 'Schedule', hint: 'How the learning rate changes over the steps.' },
  labelSmoothing: { name: 'Label smoothing', hint: 'How sure the labels are taken to be.' },
  augmentation: { name: 'Augmentation', hint: 'Whether pictures are turned, mirrored and recoloured.' },
  seed: { name: 'Seed', hint: 'The same in all but its random numbers: how much is luck?' },
};

/** A learner's value of the setting in which two differ. */
export function valueName(difference: SettingsDifference): string {
  switch (difference.setting) {
    case 'unlabeled':
      return TREATMENT_WORDS[difference.value].name;
    case 'loss':
      return LOSS_WORDS[difference.value].name;
    case 'smoothness':
      return difference.value === 0 ? 'No smoothness' : `Smoothness ${difference.value.toFixed(1)}`;
    case 'classBalance':
      return difference.value === 'none' ? 'No balance' : BALANCE_WORDS[difference.value].name;
    case 'strokeBalance':
      return STROKE_BALANCE_WORDS[difference.value].name;
    case 'network':
      return NETWORK_WORDS[difference.value].name;
    case 'width':
      return `${difference.value} filters`;
    case 'optimizer':
      return OPTIMIZER_WORDS[difference.value].name;
    case 'learningRate':
      return `Rate ${rateWords(difference.value)}`;
    case 'schedule':
      return SCHEDULE_WORDS[difference.value].name;
    case 'labelSmoothing':
      return difference.value === 0 ? 'No smoothing' : `Smoothing ${difference.value}`;
    case 'augmentation':
      return difference.value ? 'Augmented' : 'Not augmented';
    case 'seed':
      return `Seed ${difference.value}`;
  }
}

/** Whether both losses measure the same, so that the lower one is the better one. */
export function hasSameLoss({ setting }: SettingsDifference): boolean {
  return !['unlabeled', 'loss', 'classBalance', 'strokeBalance', 'labelSmoothing'].includes(setting);
}

/** A share as a sentence tells it. */
function sharePercent(share: number): string {
  if (share > 0 && share < 0.005) return 'under 1 %';
  if (share < 1 && share > 0.995) return 'over 99 %';
  return `${Math.round(share * 100)} %`;
}

/** How much two predictions differ, in a sentence. */
export function differingWords({ differingShare }: Disagreement): string {
  if (differingShare === 0) return 'A and B say the same everywhere.';
  return `A and B differ on ${sharePercent(differingShare)} of the picture.`;
}

/** What a class is called instead by the one learner and not by the other; the largest differences, each a sentence. */
export function disagreementWords(
  { byClass, isByTruth }: Disagreement,
  classes: readonly Pick<SegmentationClass, 'id' | 'name'>[],
  most = 3,
): string[] {
  const nameOf = (id: number) =>
    id === PREDICTED_UNLABELED ? 'unlabeled' : inSentence(classes.find((c) => c.id === id)?.name ?? 'removed class');
  return byClass
    .filter(({ shareA, shareB }) => Math.abs(shareB - shareA) >= 0.005)
    .slice(0, most)
    .map((found) => sentenceOf(found, isByTruth, nameOf));
}

function sentenceOf(
  { classId, calledId, shareA, shareB }: ClassDisagreement,
  isByTruth: boolean,
  nameOf: (id: number) => string,
): string {
  const [ofClass, called] = [nameOf(classId), nameOf(calledId)];
  if (!isByTruth)
    return `Of the unpainted pixels that A calls ${ofClass}, B calls ${sharePercent(shareB)} “${called}”.`;
  const [more, less] =
    shareB > shareA
      ? [['B', shareB] as const, ['A', shareA] as const]
      : [['A', shareA] as const, ['B', shareB] as const];
  const rest = less[1] === 0 ? `${less[0]} none of it` : `${less[0]} ${sharePercent(less[1])}`;
  return `${more[0]} calls ${sharePercent(more[1])} of the unpainted ${ofClass} “${called}”, ${rest}.`;
}

/** A name as it stands inside a sentence: “Table” is a table, “DNA” stays. */
function inSentence(name: string): string {
  return /^\p{Lu}\p{Ll}/u.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;
}
