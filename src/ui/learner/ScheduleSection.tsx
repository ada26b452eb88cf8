import { OPTIMIZERS, SCHEDULES } from '../../settings/learner.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { Choice, Field, NumberField, Toggle } from '../controls/fields.tsx';
import { OPTIMIZER_WORDS, SCHEDULE_WORDS } from '../strings.ts';

/** How the weights are moved, how fast from the first step to the last, and which of them predict. */
export function ScheduleSection() {
  const workbench = useWorkbench();
  const settings = useApp((state) => state.training.settings);
  return (
    <>
      <Field label="Optimiser" hint={OPTIMIZER_WORDS[settings.optimizer].hint}>
        <Choice
          label="Optimiser"
          value={settings.optimizer}
          options={OPTIMIZERS.map((value) => ({ value, name: OPTIMIZER_WORDS[value].name }))}
          onChange={(optimizer) => workbench.training.updateSettings({ optimizer })}
        />
      </Field>
      <Field label="Schedule" hint={SCHEDULE_WORDS[settings.schedule].hint}>
        <Choice
          label="Schedule"
          value={settings.schedule}
          options={SCHEDULES.map((value) => ({ value, name: SCHEDULE_WORDS[value].name }))}
          onChange={(schedule) => workbench.training.updateSettings({ schedule })}
        />
      </Field>
      <Field
        label="Continue rate"
        hint="Share of the learning rate that new strokes get at least, and that training goes on with past its budget."
      >
        <NumberField
          label="Continue rate"
          value={settings.continueRate}
          min={0}
          max={1}
          onChange={(continueRate) => workbench.training.updateSettings({ continueRate })}
        />
      </Field>
      <Field label="Weight decay" hint="Pulls the weights towards zero at every step.">
        <NumberField
          label="Weight decay"
          value={settings.weightDecay}
          min={0}
          max={1}
          onChange={(weightDecay) => workbench.training.updateSettings({ weightDecay })}
        />
      </Field>
      <Field
        label="Weight average"
        hint="Predicts with a running average of the weights that keeps this share at every step; 0 is off, 0.9 looks back about ten steps."
      >
        <NumberField
          label="Weight average"
          value={settings.weightAverage}
          min={0}
          max={0.999}
          onChange={(weightAverage) => workbench.training.updateSettings({ weightAverage })}
        />
      </Field>
      <Field label="Flip averaging" hint="Predicts the mirror image, too, and averages both: twice the work.">
        <Toggle
          label="Flip averaging"
          value={settings.flipAveraging}
          onChange={(flipAveraging) => workbench.training.updateSettings({ flipAveraging })}
        />
      </Field>
      <Field label="Seed" hint="The same seed gives the same run on the same device. Takes effect with Reset.">
        <NumberField
          label="Seed"
          value={settings.seed}
          min={0}
          max={0xffff_ffff}
          whole
          onChange={(seed) => workbench.training.updateSettings({ seed })}
        />
      </Field>
    </>
  );
}
