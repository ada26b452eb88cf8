import styles from './fields.module.css';

interface SliderProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** What is shown beside the slider, and read out. */
  readonly text: string;
  onChange(value: number): void;
}

/** A slider, and its value as words, that takes effect while it is moved: for what the learner is fed at every step. */
export function Slider({ label, value, min, max, step, text, onChange }: SliderProps) {
  return (
    <span className={styles.slider}>
      <input
        type="range"
        aria-label={label}
        aria-valuetext={text}
        min={min}
        max={max}
        step={step}
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <span className={styles.sliderValue}>{text}</span>
    </span>
  );
}
