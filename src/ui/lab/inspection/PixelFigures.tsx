import type { ReactNode } from 'react';
import { tip } from '../../controls/tooltip.ts';
import { percent } from '../../strings.ts';
import { shortNumber } from './inspectionWords.ts';
import styles from './PixelFigures.module.css';
import type { OutputLook } from './useOutputs.ts';

/** A class's colour, or the hatching of "unlabeled". */
export function Swatch({ color }: { readonly color: string | null }) {
  return (
    <span className={styles.swatch} data-hatched={color === null} style={color === null ? {} : { background: color }} />
  );
}

/** A probability as a bar in its class's colour, and in per cent. */
export function ProbabilityBar({ value, color }: { readonly value: number; readonly color: string | null }) {
  return (
    <span className={styles.probability}>
      <span className={styles.track}>
        <span
          className={styles.fill}
          style={{ width: `${value * 100}%`, ...(color === null ? {} : { background: color }) }}
        />
      </span>
      <span className={styles.figure}>{percent(value, 0)}</span>
    </span>
  );
}

interface GradientBarProps {
  readonly value: number;
  /** Of the pixel's channels; the bar's full length. */
  readonly greatest: number;
  readonly color: string | null;
}

/** A derivative as a bar to the left (a step raises the logit) or to the right (a step lowers it), and its number. */
export function GradientBar({ value, greatest, color }: GradientBarProps) {
  const share = value === 0 || greatest === 0 ? 0 : Math.min(1, Math.abs(value) / greatest);
  return (
    <span className={styles.gradient}>
      <span className={styles.axis}>
        <span
          className={styles.fill}
          style={{
            [value < 0 ? 'right' : 'left']: '50%',
            width: `${share * 50}%`,
            ...(color === null ? {} : { background: color }),
          }}
        />
      </span>
      <span className={styles.figure}>{shortNumber(value)}</span>
    </span>
  );
}

interface OutputFiguresProps {
  readonly looks: readonly OutputLook[];
  readonly columns: number;
  children(look: OutputLook, output: number): ReactNode;
}

/** One line per output: its swatch and name, and what is said of it. */
export function OutputRows({
  looks,
  children,
}: {
  readonly looks: readonly OutputLook[];
  children(look: OutputLook, output: number): ReactNode;
}) {
  return (
    <ul className={styles.rows}>
      {looks.map((look, output) => (
        <li key={look.id}>
          <Swatch color={look.color} />
          <span className={styles.name}>{look.name}</span>
          <span className={styles.said}>{children(look, output)}</span>
        </li>
      ))}
    </ul>
  );
}

/** All outputs in a few lines: each one's swatch, which its name is read out for, and its figure. */
export function OutputFigures({ looks, columns, children }: OutputFiguresProps) {
  return (
    <ul className={styles.figures} style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
      {looks.map((look, output) => (
        <li key={look.id} {...tip(look.name)}>
          <Swatch color={look.color} />
          <span className={styles.hiddenName}>{look.name}</span>
          <span>{children(look, output)}</span>
        </li>
      ))}
    </ul>
  );
}

/** Probabilities as parts of one bar, each in its class's colour. */
export function ProbabilityParts({
  looks,
  values,
}: {
  readonly looks: readonly OutputLook[];
  readonly values: readonly number[];
}) {
  return (
    <span className={styles.parts} aria-hidden="true">
      {looks.map(({ id, color }, output) => (
        <span
          key={id}
          style={{ width: `${(values[output] ?? 0) * 100}%`, ...(color === null ? {} : { background: color }) }}
        />
      ))}
    </span>
  );
}

/** A number of before, where there is one, and of now. */
export function BeforeAndNow({ before, now }: { readonly before: string | null; readonly now: string }) {
  return (
    <span className={styles.change}>
      {before !== null && before !== now && (
        <>
          <span className={styles.before}>{before}</span> <span>→</span>{' '}
        </>
      )}
      <span>{now}</span>
    </span>
  );
}
