import { useEffect, useState } from 'react';
import { useWorkbench } from '../appContext.ts';
import styles from './TextField.module.css';

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly maxLength: number;
  readonly disabled?: boolean;
  onChange(value: string): void;
}

/** A name that takes effect on Enter or when the field is left; Escape goes back to what it was, an empty one is refused. */
export function TextField({ label, value, maxLength, disabled = false, onChange }: TextFieldProps) {
  const { messages } = useWorkbench();
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  const commit = () => {
    const settled = draft.trim();
    if (settled === '') messages.info(`${label} cannot be empty: “${value}” stays.`);
    if (settled === '' || settled === value) setDraft(value);
    else onChange(settled);
  };
  return (
    <input
      className={styles.text}
      type="text"
      aria-label={label}
      autoComplete="off"
      spellCheck={false}
      maxLength={maxLength}
      disabled={disabled}
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        if (event.key === 'Escape' && draft !== value) {
          // The first Escape is for the name, the next one for what it stands in.
          event.preventDefault();
          setDraft(value);
        }
      }}
    />
  );
}
