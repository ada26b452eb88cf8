import { FINE_TUNING, type FineTuningSettings as Settings } from '../../settings/learner.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { Choice, Field, NumberField } from '../controls/fields.tsx';
import { PRETRAINED_WORDS } from '../strings.ts';

/** Whether the pretrained layers learn, too, how fast, and from when on. */
export function FineTuningSection() {
  const workbench = useWorkbench();
  const fineTuning = useApp((state) => state.training.settings.fineTuning);
  const change = (some: Partial<Settings>) =>
    workbench.training.updateSettings({ fineTuning: { ...fineTuning, ...some } });
  const kind = fineTuning.rate > 0 ? 'fineTuned' : 'frozen';
  return (
    <>
      <Field label="Pretrained layers" hint={PRETRAINED_WORDS[kind].hint}>
        <Choice
          label="Pretrained layers"
          value={kind}
          options={(['frozen', 'fineTuned'] as const).map((value) => ({ value, name: PRETRAINED_WORDS[value].name }))}
          onChange={(wanted) => change({ rate: wanted === 'fineTuned' ? FINE_TUNING.rate : 0 })}
        />
      </Field>
      {kind === 'fineTuned' && (
        <>
          <Field label="Fine-tuning rate" hint="Share of the learning rate at which the pretrained layers learn.">
            <NumberField
              label="Fine-tuning rate"
              value={fineTuning.rate}
              min={0}
              max={1}
              onChange={(rate) => change({ rate })}
            />
          </Field>
          <Field
            label="Frozen share"
            hint="Share of the step budget during which they stay as they came, until the new layers have learned something."
          >
            <NumberField
              label="Frozen share"
              value={fineTuning.frozenShare}
              min={0}
              max={1}
              onChange={(frozenShare) => change({ frozenShare })}
            />
          </Field>
        </>
      )}
    </>
  );
}
