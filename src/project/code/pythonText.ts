/** A text as a Python literal: names of classes are a person's own. */
export function pythonString(text: string): string {
  return JSON.stringify(text);
}

export function pythonList(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}

/** A number as Python writes it. */
export function pythonNumber(value: number): string {
  return String(value).replace('e+', 'e');
}

/** Parts of a program, each without a blank line at its ends, with two blank lines between; empty ones are left out. */
export function sections(...parts: readonly string[]): string {
  const filled = parts.map((part) => part.trim()).filter((part) => part !== '');
  return `${filled.join('\n\n\n')}\n`;
}

/** Lines of a block; `null` ones are left out. */
export function lines(...all: readonly (string | null)[]): string {
  return all.filter((line) => line !== null).join('\n');
}
