import { type SettingsDifference, whyNotCompare } from '../../../settings/difference.ts';
import type { LearnerSettings } from '../../../settings/learner.ts';
import { useWorkbench } from '../../appContext.ts';
import { Choice, NumberField } from '../../controls/fields.tsx';
import { NUMBER_RANGES, type NumberDifference, namedValues } from './comparedValues.ts';
import { COMPARED_SETTING_WORDS, valueName } from './compareWords.ts';

interface ComparedValueProps {
  /** Learner A's. */
  readonly settings: LearnerSettings;
  readonly difference: SettingsDifference;
}

/** Learner B's value of the setting in which it differs. */
export function ComparedValue({ settings, difference }: ComparedValueProps) {
  const workbench = useWorkbench();
  const label = `${COMPARED_SETTING_WORDS[difference.setting].name} of B`;
  const values = namedValues(difference.setting);
  if (values === null) return <NumberValue label={label} difference={difference as NumberDifference} />;
  return (
    <Choice
      label={label}
      value={String(difference.value)}
      options={values.map((option) => ({
        value: String(option.value),
        name: valueName(option),
        disabledBecause: whyNotCompare(settings, option),
      }))}
      onChange={(chosen) => {
        const found = values.find(({ value }) => String(value) === chosen);
        if (found !== undefined) workbench.compare.choose(found);
      }}
    />
  );
}

function NumberValue({ label, difference }: { readonly label: string; readonly difference: NumberDifference }) {
  const workbench = useWorkbench();
  return (
    <NumberField
      label={label}
      value={difference.value}
      {...NUMBER_RANGES[difference.setting]}
      onChange={(value) => workbench.compare.choose({ ...difference, value })}
    />
  );
}
