import { useApp, useWorkbench } from '../appContext.ts';
import { Field, NumberField, Toggle } from '../controls/fields.tsx';

/** What of a picture a step looks at, and how it is varied. */
export function AugmentationSection() {
  const workbench = useWorkbench();
  const settings = useApp((state) => state.training.settings);
  const { augmentation } = settings;
  return (
    <>
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
      <Field
        label="Scale"
        hint="Shows the picture up to this share larger, and as much smaller: 0.3 is up to 1.3 times. 0 is off."
      >
        <NumberField
          label="Scale"
          value={augmentation.scale}
          min={0}
          max={1}
          onChange={(scale) => workbench.training.updateSettings({ augmentation: { ...augmentation, scale } })}
        />
      </Field>
    </>
  );
}
