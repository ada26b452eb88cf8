import { CLASS_BALANCES, OPTIMIZERS, SCHEDULES } from '../settings/learner.ts';
import styles from './AdvancedSettings.module.css';
import { useApp, useWorkbench } from './appContext.ts';
import { Choice, Field, NumberField, Toggle } from './fields.tsx';
import { SmoothnessSettings } from './SmoothnessSettings.tsx';
import { BALANCE_WORDS, OPTIMIZER_WORDS, SCHEDULE_WORDS } from './strings.ts';

/** Everything else about the learner, one disclosure away. */
export function AdvancedSettings() {
  const workbench = useWorkbench();
  const settings = useApp((state) => state.settings);
  const { network, augmentation, smoothness } = settings;
  return (
    <details className={styles.details}>
      <summary>More settings</summary>
      <Field
        label="Filters"
        hint="Filters of the first level. More learn more and take longer. A change starts the weights over."
      >
        <NumberField
          label="Filters"
          value={network.width}
          min={4}
          max={64}
          whole
          onChange={(width) => workbench.training.updateSettings({ network: { ...network, width } })}
        />
      </Field>
      <Field label="Depth" hint="Levels of the network: each one sees twice as far.">
        <NumberField
          label="Depth"
          value={network.depth}
          min={1}
          max={6}
          whole
          onChange={(depth) => workbench.training.updateSettings({ network: { ...network, depth } })}
        />
      </Field>
      <Field label="Reduction" hint="The network works on a picture reduced this many times: faster, less fine.">
        <Choice
          label="Reduction"
          value={String(network.stride) as '1' | '2' | '4'}
          options={[
            { value: '1', name: 'none' },
            { value: '2', name: '2 ×' },
            { value: '4', name: '4 ×' },
          ]}
          onChange={(stride) =>
            workbench.training.updateSettings({
              network: { ...network, stride: stride === '1' ? 1 : stride === '2' ? 2 : 4 },
            })
          }
        />
      </Field>
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
      <Field label="Weight decay" hint="Pulls the weights towards zero at every step.">
        <NumberField
          label="Weight decay"
          value={settings.weightDecay}
          min={0}
          max={1}
          onChange={(weightDecay) => workbench.training.updateSettings({ weightDecay })}
        />
      </Field>
      <Field label="Class balance" hint={BALANCE_WORDS[settings.classBalance].hint}>
        <Choice
          label="Class balance"
          value={settings.classBalance}
          options={CLASS_BALANCES.map((value) => ({ value, name: BALANCE_WORDS[value].name }))}
          onChange={(classBalance) => workbench.training.updateSettings({ classBalance })}
        />
      </Field>
      {smoothness.weight > 0 && <SmoothnessSettings />}
      <Field label="Label smoothing" hint="Asks for slightly less than certainty: 0 is off.">
        <NumberField
          label="Label smoothing"
          value={settings.labelSmoothing}
          min={0}
          max={0.5}
          onChange={(labelSmoothing) => workbench.training.updateSettings({ labelSmoothing })}
        />
      </Field>
      <Field
        label="Around labels"
        hint="Without smoothness, the plain U-Net learns from crops around the labels: the same gradients in less time. Other networks look at the whole picture."
      >
        <Toggle
          label="Around labels"
          value={settings.cropAroundLabels}
          onChange={(cropAroundLabels) => workbench.training.updateSettings({ cropAroundLabels })}
        />
      </Field>
      <Field label="Flips" hint="Trains on mirror images, too.">
        <Toggle
          label="Flips"
          value={augmentation.flip}
          onChange={(flip) => workbench.training.updateSettings({ augmentation: { ...augmentation, flip } })}
        />
      </Field>
      <Field label="Quarter turns" hint="Trains on turned pictures; what falls outside is unlabeled.">
        <Toggle
          label="Quarter turns"
          value={augmentation.quarterTurns}
          onChange={(quarterTurns) =>
            workbench.training.updateSettings({ augmentation: { ...augmentation, quarterTurns } })
          }
        />
      </Field>
      <Field label="Colour jitter" hint="Varies brightness, contrast and colour by this share.">
        <NumberField
          label="Colour jitter"
          value={augmentation.color}
          min={0}
          max={0.5}
          onChange={(color) => workbench.training.updateSettings({ augmentation: { ...augmentation, color } })}
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
    </details>
  );
}
