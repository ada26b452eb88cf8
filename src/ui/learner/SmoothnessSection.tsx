import type { SmoothnessSettings as Settings } from '../../settings/learner.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { Field, NumberField, Toggle } from '../controls/fields.tsx';

/** Which neighbours are pulled together, and by what likeness. */
export function SmoothnessSection() {
  const workbench = useWorkbench();
  const smoothness = useApp((state) => state.training.settings.smoothness);
  const change = (some: Partial<Settings>) =>
    workbench.training.updateSettings({ smoothness: { ...smoothness, ...some } });
  return (
    <>
      <Field label="Reach, px" hint="Neighbours are at most so far apart along either axis.">
        <NumberField
          label="Smoothness: reach, px"
          value={smoothness.radiusPx}
          min={1}
          max={6}
          whole
          onChange={(radiusPx) => change({ radiusPx })}
        />
      </Field>
      <Field
        label="Colour width"
        hint="How unlike two colours may be, in the picture’s own standard deviations. Wider pulls across more edges."
      >
        <NumberField
          label="Smoothness: colour width"
          value={smoothness.colorWidth}
          min={0.05}
          max={4}
          onChange={(colorWidth) => change({ colorWidth })}
        />
      </Field>
      <Field label="Distance width, px" hint="How quickly the pull falls off with distance.">
        <NumberField
          label="Smoothness: distance width, px"
          value={smoothness.spaceWidthPx}
          min={0.5}
          max={20}
          onChange={(spaceWidthPx) => change({ spaceWidthPx })}
        />
      </Field>
      <Field label="Gate" hint="Leaves pairs of two labeled pixels alone: what you painted decides there.">
        <Toggle label="Smoothness: gate" value={smoothness.gated} onChange={(gated) => change({ gated })} />
      </Field>
    </>
  );
}
