import { useEffect, useState } from 'react';
import styles from './fields.module.css';

interface SettledSliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** What is shown beside the slider, and read out. */
  textOf(value: number): string;
  onSettle(value: number): void;
}

/** A slider, and its value as words, that takes effect when it is let go: such a change makes the training step anew. */
export function SettledSlider({ label, value, min, max, step, textOf, onSettle }: SettledSliderProps) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const settle = () => {
    if (draft !== value) onSettle(draft);
  };
  const text = textOf(draft);
  return (
    <span className={styles.slider}>
      <input
        type="range"
        aria-label={label}
        aria-valuetext={text}
        min={min}
        max={max}
        step={step}
        value={draft}
        onChange={(event) => setDraft(Number(event.target.value))}
        onPointerUp={settle}
        onKeyUp={settle}
        onBlur={settle}
      />
      <span className={styles.sliderValue}>{text}</span>
    </span>
  );
}
