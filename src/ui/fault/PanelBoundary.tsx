import type { ReactNode } from 'react';
import { storedWords } from '../../workbench/project/storedWords.ts';
import { useApp } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { FaultBoundary } from './FaultBoundary.tsx';
import styles from './PanelBoundary.module.css';

interface PanelBoundaryProps {
  /** The panel's name, as it begins a sentence. */
  readonly name: string;
  /** Where it stands in the page's grid, if it does so itself. */
  readonly area?: string;
  readonly children: ReactNode;
}

/** A part of the page: where it throws, a sentence stands in its place, and the rest goes on. */
export function PanelBoundary({ name, area, children }: PanelBoundaryProps) {
  return (
    <FaultBoundary fallback={(retry) => <BrokenPanel name={name} area={area} onRetry={retry} />}>
      {children}
    </FaultBoundary>
  );
}

interface BrokenPanelProps {
  readonly name: string;
  readonly area: string | undefined;
  onRetry(): void;
}

function BrokenPanel({ name, area, onRetry }: BrokenPanelProps) {
  const stored = useApp(storedWords);
  return (
    <section role="alert" className={styles.broken} style={{ gridArea: area }}>
      <p>{`${name} could not be shown. ${stored}`}</p>
      <button type="button" className={controls.button} onClick={onRetry}>
        Show it again
      </button>
    </section>
  );
}
