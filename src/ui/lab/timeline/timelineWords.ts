import { COMPARED_SETTINGS, type ComparedSetting, differenceAsIs } from '../../../settings/difference.ts';
import type { SettingKey, TimelineMark } from '../../../workbench/lab/timelineMarks.ts';
import { COMPARED_SETTING_WORDS, valueName } from '../compare/compareWords.ts';

/** Names of what two learners cannot be compared in. */
const OTHER_NAMES: Readonly<Record<Exclude<SettingKey, ComparedSetting>, string>> = {
  backgroundClassId: 'Background class',
  customClassWeights: 'Class weights',
  pictureOrder: 'Picture order',
  fineTuning: 'Fine-tuning',
  weightDecay: 'Weight decay',
  weightAverage: 'Weight average',
  flipAveraging: 'Mirror averaging',
  stepBudget: 'Step budget',
  continueRate: 'Rate past the budget',
  heldOutShare: 'Held-out strokes',
  earlyStop: 'Early stop',
  restoreBest: 'Restore best',
  cropAroundLabels: 'Crops around labels',
};

const isCompared = (key: SettingKey): key is SettingKey & ComparedSetting =>
  (COMPARED_SETTINGS as readonly string[]).includes(key);

/** What happened, in a few words. */
export function markWords(mark: TimelineMark): string {
  if (mark.kind === 'edit') return mark.name;
  const { changed, to } = mark;
  return changed
    .map((key) =>
      isCompared(key) ? `${COMPARED_SETTING_WORDS[key].name}: ${valueName(differenceAsIs(to, key))}` : OTHER_NAMES[key],
    )
    .join(' · ');
}

/** Where on the line one is, for those who hear it. */
export function placeWords(pastStep: number | null, step: number): string {
  return pastStep === null ? `now, step ${step}` : `step ${pastStep} of ${step}`;
}

/** What was done since a step, in one sentence. */
export function sinceWords(marks: readonly TimelineMark[], pastStep: number): string {
  const since = marks.filter(({ step }) => step >= pastStep);
  const edits = since.filter(({ kind }) => kind === 'edit').length;
  const settings = since.length - edits;
  const parts = [
    ...(edits > 0 ? [edits === 1 ? 'one edit' : `${edits} edits`] : []),
    ...(settings > 0 ? [settings === 1 ? 'one change of settings' : `${settings} changes of settings`] : []),
  ];
  return parts.length === 0 ? 'Nothing but steps since then.' : `Since then: ${parts.join(' and ')}.`;
}
