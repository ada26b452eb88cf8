/** What a field for a number takes, and what it holds now. */
export interface NumberRange {
  /** The field's name. */
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}

/**
 * The number that was typed into a field, or the one that it holds where it cannot take that. `refusal` says why not, as a
 * sentence; `null`: it was taken, or nothing was typed.
 */
export function readNumber(
  typed: string,
  { label, value, min, max, whole }: NumberRange,
): { readonly value: number; readonly refusal: string | null } {
  const text = typed.trim();
  if (text === '') return { value, refusal: null };
  const number = Number(text);
  if (number >= min && number <= max && (!whole || Number.isInteger(number))) return { value: number, refusal: null };
  const kind = whole ? 'a whole number' : 'a number';
  return { value, refusal: `${label} takes ${kind} from ${min} to ${max}: “${text}” was not taken, ${value} stays.` };
}
