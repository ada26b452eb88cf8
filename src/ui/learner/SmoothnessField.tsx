import { useState } from 'react';
import { SMOOTHNESS } from '../../settings/learner.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { Field, Toggle } from '../controls/fields.tsx';
import { Slider } from '../controls/Slider.tsx';
import styles from './TreatmentChoice.module.css';

/** The slider's end, unless a larger weight was taken over. */
const MAX_WEIGHT = 3;
const STEP = 0.1;

/** Whether and how strongly unlabeled neighbours of like colour are pulled towards one class. */
export function SmoothnessField() {
  const workbench = useWorkbench();
  const { smoothness } = useApp((state) => state.training.settings);
  const [max, setMax] = useState(MAX_WEIGHT);
  // It never comes closer again: a slider does not slip away under the pointer that moves it.
  if (smoothness.weight > max) setMax(smoothness.weight);
  const hasNone = useApp((state) => state.training.backend?.backend === 'webgl');
  const setWeight = (weight: number) => workbench.training.updateSettings({ smoothness: { ...smoothness, weight } });
  if (hasNone) {
    return <p className={styles.note}>Smoothness is left out on WebGL; WebGPU and WASM have it.</p>;
  }
  return (
    <Field
      label="Smoothness"
      hint="Pulls neighbours of like colour towards one class where at least one is unlabeled. Never part of the charted loss."
    >
      <span className={styles.smoothness}>
        {smoothness.weight > 0 && (
          <Slider
            label="Weight of the smoothness"
            min={STEP}
            max={max}
            step={STEP}
            value={smoothness.weight}
            text={smoothness.weight.toFixed(1)}
            onChange={setWeight}
          />
        )}
        <Toggle
          label="Smoothness"
          value={smoothness.weight > 0}
          onChange={(wanted) => setWeight(wanted ? SMOOTHNESS.weight : 0)}
        />
      </span>
    </Field>
  );
}
