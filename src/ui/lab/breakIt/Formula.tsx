import type { ReactNode } from 'react';
import styles from './Formula.module.css';

interface FormulaProps {
  /** As it is read out. */
  readonly spoken: string;
  readonly children: ReactNode;
}

/** A formula on a line of its own. */
export function Formula({ spoken, children }: FormulaProps) {
  return (
    <span className={styles.formula} role="img" aria-label={spoken}>
      {children}
    </span>
  );
}

/** A name in italics, perhaps with an index. */
export function Var({ name, index }: { readonly name: string; readonly index?: ReactNode }) {
  return (
    <span className={styles.variable}>
      <i>{name}</i>
      {index !== undefined && <sub>{index}</sub>}
    </span>
  );
}

export function Fraction({ over, under }: { readonly over: ReactNode; readonly under: ReactNode }) {
  return (
    <span className={styles.fraction}>
      <span>{over}</span>
      <span>{under}</span>
    </span>
  );
}

/** What does not break over a line's end. */
export function Part({ children }: { readonly children: ReactNode }) {
  return <span className={styles.part}>{children}</span>;
}

/** A sum over all pixels i. */
export function Sum() {
  return <span className={styles.sum}>∑</span>;
}

/** One of two cases, each with its condition. */
export function Cases({ cases }: { readonly cases: readonly (readonly [value: ReactNode, condition: string])[] }) {
  return (
    <span className={styles.cases}>
      {cases.map(([value, condition]) => (
        <span key={condition}>
          <span>{value}</span> <small>{condition}</small>
        </span>
      ))}
    </span>
  );
}
