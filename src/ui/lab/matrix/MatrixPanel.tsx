import { useEffect, useRef, useState } from 'react';
import { isSameCell } from '../../../metrics/confusionCell.ts';
import { hasTruth, openScores } from '../../../state/selectors.ts';
import type { PredictionFigures } from '../../../workbench/lab/matrixActions.ts';
import { useApp, useWorkbench } from '../../appContext.ts';
import { Chips } from '../../controls/Chips.tsx';
import { ConfidenceFigure } from './ConfidenceFigure.tsx';
import { ConfusionTable } from './ConfusionTable.tsx';
import { IouBars } from './IouBars.tsx';
import styles from './MatrixPanel.module.css';
import { cellSentence } from './matrixWords.ts';

/** While training the figures follow at this pace. */
const INTERVAL_MS = 250;

/** What every pixel was taken for, how much of each class overlaps, and how sure the network is. */
export function MatrixPanel() {
  const { matrix } = useWorkbench();
  const figures = useFigures();
  const knowsTruth = useApp(hasTruth);
  const reference = useApp((state) => state.matrix.reference);
  const isCompared = useApp((state) => state.comparison.learnerB !== null);
  useEffect(() => () => matrix.leave(), [matrix]);
  if (figures === null) {
    return (
      <p className={styles.empty}>
        Press Train, or take a single step: with the first prediction you see what every labeled pixel is taken for.
      </p>
    );
  }
  return (
    <div className={styles.panel}>
      <section aria-label="What pixels were taken for" className={styles.section}>
        {knowsTruth && (
          <Chips
            label="Counted against"
            value={reference}
            chips={[
              { value: 'labels', name: 'Labels', hint: 'Only the labeled pixels that are learned from' },
              { value: 'truth', name: 'Exact mask', hint: 'Every pixel of the picture; the network never sees it' },
            ]}
            onChange={(reference) => matrix.countAgainst(reference)}
          />
        )}
        <ConfusionTable figures={figures} />
        <CellWords figures={figures} />
        {isCompared && <p className={styles.note}>These are A’s figures.</p>}
      </section>
      <section aria-label="IoU of each class" className={styles.section}>
        <h2>{`IoU of each class, ${figures.reference === 'labels' ? 'labeled px' : 'true'}`}</h2>
        <IouBars iouOf={(id) => figures.iouByClass[id] ?? null} />
      </section>
      <section aria-label="Confidence" className={styles.section}>
        <h2>How sure it is</h2>
        <ConfidenceFigure histograms={figures.confidence} />
      </section>
    </div>
  );
}

/** What the lit cell counts. */
function CellWords({ figures }: { readonly figures: PredictionFigures }) {
  const classes = useApp((state) => state.document.classes);
  const lit = useApp((state) => state.matrix.pointedCell ?? state.matrix.pinnedCell);
  const cell = lit && figures.rows.flatMap(({ cells }) => cells).find((other) => isSameCell(lit, other));
  return (
    <p className={styles.words} data-lit={cell !== null && cell !== undefined}>
      {cell
        ? cellSentence(classes, figures.reference, cell)
        : 'Point at a cell: its pixels light up on the picture. Press it to keep them lit.'}
    </p>
  );
}

/** Of the prediction on the screen; `null` before there is one. */
function useFigures(): PredictionFigures | null {
  const { matrix } = useWorkbench();
  const scores = useApp(openScores);
  const predictionAtMs = useApp((state) => state.training.predictionAtMs);
  const pictureId = useApp((state) => state.document.pictureId);
  const classes = useApp((state) => state.document.classes);
  const reference = useApp((state) => state.matrix.reference);
  const [figures, setFigures] = useState(() => matrix.figures());
  const countedAtMs = useRef(Number.NEGATIVE_INFINITY);
  // biome-ignore lint/correctness/useExhaustiveDependencies: all of these change what is counted.
  useEffect(() => {
    const waitMs = Math.max(0, INTERVAL_MS - (performance.now() - countedAtMs.current));
    const timer = setTimeout(() => {
      countedAtMs.current = performance.now();
      setFigures(matrix.figures());
    }, waitMs);
    return () => clearTimeout(timer);
  }, [matrix, scores, predictionAtMs, pictureId, classes, reference]);
  return figures;
}
