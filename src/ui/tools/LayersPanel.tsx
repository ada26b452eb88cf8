import type { LayerLook } from '../../canvas/layers/layerLook.ts';
import { hasTruth } from '../../state/selectors.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { type Chip, Chips } from '../controls/Chips.tsx';
import controls from '../controls/controls.module.css';
import { Field, Toggle } from '../controls/fields.tsx';
import styles from './LayersPanel.module.css';

const PREDICTION_STYLES: readonly Chip<LayerLook['predictionStyle']>[] = [
  { value: 'fill', name: 'Areas', hint: 'Every class in its colour, paler where the network is unsure' },
  { value: 'contours', name: 'Contours', hint: 'Only the borders between the predicted classes (C)' },
  { value: 'doubt', name: 'Doubt', hint: 'Bright where the network wavers between two classes: paint there next (W)' },
  { value: 'mistakes', name: 'Mistakes', hint: 'Only what differs from the picture’s exact mask' },
];

/** How the picture, its labels and its prediction look; the data stays as it is. */
export function LayersPanel() {
  const { layers } = useWorkbench();
  const imageOpacity = useApp((state) => state.view.imageOpacity);
  const labelOpacity = useApp((state) => state.view.labelOpacity);
  const predictionOpacity = useApp((state) => state.view.predictionOpacity);
  const labelStyle = useApp((state) => state.view.labelStyle);
  const predictionStyle = useApp((state) => state.view.predictionStyle);
  const brightness = useApp((state) => state.view.brightness);
  const contrast = useApp((state) => state.view.contrast);
  const divider = useApp((state) => state.view.divider);
  const knowsTruth = useApp(hasTruth);
  // Then the line stands between the two learners.
  const isCompared = useApp((state) => state.comparison.learnerB !== null);
  return (
    <div className={styles.panel}>
      <h2>Opacity</h2>
      <Slider name="Picture" value={imageOpacity} onChange={(value) => layers.set({ imageOpacity: value })} />
      <Slider name="Labels" value={labelOpacity} onChange={(value) => layers.set({ labelOpacity: value })} />
      <Slider
        name="Prediction"
        value={predictionOpacity}
        onChange={(value) => layers.set({ predictionOpacity: value })}
      />
      <h2>Picture</h2>
      <Slider name="Brightness" signed value={brightness} onChange={(value) => layers.set({ brightness: value })} />
      <Slider name="Contrast" signed value={contrast} onChange={(value) => layers.set({ contrast: value })} />
      <h2>Drawn as</h2>
      <Field label="Labels as outlines" hint="Shows what lies under the strokes (V)">
        <Toggle
          label="Labels as outlines"
          value={labelStyle === 'outline'}
          onChange={(on) => layers.set({ labelStyle: on ? 'outline' : 'fill' })}
        />
      </Field>
      <p className={styles.caption}>Prediction as</p>
      <Chips
        label="Prediction as"
        value={predictionStyle}
        chips={knowsTruth ? PREDICTION_STYLES : PREDICTION_STYLES.map(withoutMask)}
        onChange={(style) => layers.set({ predictionStyle: style })}
      />
      {!isCompared && (
        <Field label="Divider" hint="The bare picture on the left of a line that you can drag (D)">
          <Toggle label="Divider" value={divider !== null} onChange={() => layers.toggleDivider()} />
        </Field>
      )}
      <button type="button" className={controls.button} onClick={() => layers.resetLook()}>
        As at first
      </button>
    </div>
  );
}

const withoutMask = (chip: Chip<LayerLook['predictionStyle']>) =>
  chip.value === 'mistakes' ? { ...chip, disabledBecause: 'This picture has no exact mask.' } : chip;

interface SliderProps {
  readonly name: string;
  /** −1 to 1 instead of 0 to 1. */
  readonly signed?: boolean;
  readonly value: number;
  onChange(value: number): void;
}

function Slider({ name, signed = false, value, onChange }: SliderProps) {
  const hundredths = Math.round(value * 100);
  const shown = signed
    ? `${hundredths > 0 ? '+' : hundredths < 0 ? '−' : ''}${Math.abs(hundredths)}`
    : `${hundredths} %`;
  return (
    <label className={styles.slider}>
      <span>{name}</span>
      <input
        type="range"
        min={signed ? -1 : 0}
        max={1}
        step={0.05}
        value={value}
        aria-label={name}
        aria-valuetext={shown}
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <output>{shown}</output>
    </label>
  );
}
