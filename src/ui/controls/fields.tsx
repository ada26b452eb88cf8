import { type ReactNode, useEffect, useState } from 'react';
import { useWorkbench } from '../appContext.ts';
import controls from './controls.module.css';
import styles from './fields.module.css';
import { readNumber } from './readNumber.ts';
import { tip } from './tooltip.ts';

interface FieldProps {
  readonly label: string;
  readonly hint: string;
  /** The control stands below the name instead of beside it. */
  readonly stacked?: boolean;
  readonly children: ReactNode;
}

/** A setting: its name, a sentence on hover, its control. */
export function Field({ label, hint, stacked = false, children }: FieldProps) {
  return (
    <div className={stacked ? styles.stacked : styles.field}>
      <span {...tip(hint)}>{label}</span>
      {children}
    </div>
  );
}

export interface ChoiceOption<Value extends string> {
  readonly value: Value;
  readonly name: string;
  /** Why this one cannot be had now. */
  readonly disabledBecause?: string | null;
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly ChoiceOption<Value>[];
  onChange(value: Value): void;
}

/** One of a few named values. */
export function Choice<Value extends string>({ label, value, options, onChange }: ChoiceProps<Value>) {
  return (
    <select
      className={controls.select}
      aria-label={label}
      value={value}
      onChange={(event) => {
        const chosen = options.find((option) => option.value === event.target.value);
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      {options.map((option) => (
        <option
          key={option.value}
          value={option.value}
          disabled={option.disabledBecause != null}
          title={option.disabledBecause ?? undefined}
        >
          {option.name}
        </option>
      ))}
    </select>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
  onChange(value: number): void;
}

/** A number that takes effect on Enter or when the field is left; one that it cannot take is refused in a sentence. */
export function NumberField({ label, value, min, max, whole = false, onChange }: NumberFieldProps) {
  const { messages } = useWorkbench();
  const [draft, setDraft] = useState(String(value));
  useEffect(() => setDraft(String(value)), [value]);
  const commit = () => {
    const read = readNumber(draft, { label, value, min, max, whole });
    setDraft(String(read.value));
    if (read.refusal !== null) messages.info(read.refusal);
    if (read.value !== value) onChange(read.value);
  };
  return (
    <input
      className={controls.number}
      type="text"
      inputMode="decimal"
      aria-label={label}
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape') setDraft(String(value));
      }}
    />
  );
}

/** On or off. */
export function Toggle({ label, value, onChange }: { label: string; value: boolean; onChange(value: boolean): void }) {
  return (
    <input
      type="checkbox"
      className={styles.toggle}
      aria-label={label}
      checked={value}
      onChange={(event) => onChange(event.target.checked)}
    />
  );
}
