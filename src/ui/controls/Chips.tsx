import styles from './Chips.module.css';
import { tip } from './tooltip.ts';

export interface Chip<Value extends string> {
  readonly value: Value;
  readonly name: string;
  readonly hint: string;
  /** Why this one cannot be had now. */
  readonly disabledBecause?: string | null;
}

interface ChipsProps<Value extends string> {
  /** Of the group, for those who do not see it. */
  readonly label: string;
  /** `null`: none of them. */
  readonly value: Value | null;
  readonly chips: readonly Chip<Value>[];
  onChange(value: Value): void;
}

/** One of a few named values that are all on the screen. */
export function Chips<Value extends string>({ label, value, chips, onChange }: ChipsProps<Value>) {
  return (
    <div role="radiogroup" aria-label={label} className={styles.chips}>
      {chips.map((chip) => {
        const because = chip.disabledBecause ?? null;
        return (
          <label key={chip.value} className={styles.chip} {...tip(because ?? chip.hint)}>
            <input
              type="radio"
              name={label}
              checked={value === chip.value}
              disabled={because !== null}
              onChange={() => onChange(chip.value)}
            />
            <span>{chip.name}</span>
          </label>
        );
      })}
    </div>
  );
}
