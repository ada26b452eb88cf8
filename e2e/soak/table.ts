import { FIGURE_NAMES, FIGURES, type FigureName, type Figures, type Round } from './figures.ts';
import { changeOf, type Verdict } from './verdict.ts';

const WIDTHS: Readonly<Record<FigureName, number>> = Object.assign(
  {},
  ...FIGURE_NAMES.map((name) => ({ [name]: Math.max(heading(name).length, 7) })),
);
const LEAD = 13;

/** The headings of the lines that follow. */
export function formatHeader(): string {
  return line('round  minute', (name) => heading(name));
}

export function formatRound({ round, minute, figures }: Round): string {
  return line(`${String(round).padStart(5)}${minute.toFixed(1).padStart(8)}`, (name) => value(name, figures[name]));
}

/** Medians by fifths, and the change from the second to the last. */
export function formatVerdict({ fifths, faults }: Verdict): string {
  const lines = fifths.map((medians, i) => line(`fifth ${i + 1}`, (name) => value(name, medians[name])));
  const [second, last] = [fifths[1], fifths.at(-1)];
  if (second !== undefined && last !== undefined)
    lines.push(line('change 2 → 5', (name) => change(name, second, last)));
  const outcome = faults.length === 0 ? ['Memory is flat, and training as fast as it was.'] : faults;
  return [...lines, '', ...outcome].join('\n');
}

function line(lead: string, cell: (name: FigureName) => string): string {
  return [lead.padEnd(LEAD), ...FIGURE_NAMES.map((name) => cell(name).padStart(WIDTHS[name]))].join('  ');
}

function heading(name: FigureName): string {
  const { title, kind } = FIGURES[name];
  return kind === 'bytes' ? `${title}, MB` : title;
}

function value(name: FigureName, figure: number): string {
  return { bytes: (figure / 1e6).toFixed(2), count: String(figure), speed: figure.toFixed(1) }[FIGURES[name].kind];
}

function change(name: FigureName, before: Figures, after: Figures): string {
  const percent = 100 * changeOf(before[name], after[name]);
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(1)} %`;
}
