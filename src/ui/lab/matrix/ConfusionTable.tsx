import { type CSSProperties, type KeyboardEvent, useRef, useState } from 'react';
import { PREDICTED_UNLABELED } from '../../../labels/planes.ts';
import { isSameCell } from '../../../metrics/confusionCell.ts';
import type { ConfusionRow } from '../../../metrics/confusionRows.ts';
import type { PredictionFigures } from '../../../workbench/lab/matrixActions.ts';
import { useApp, useWorkbench } from '../../appContext.ts';
import { tip } from '../../controls/tooltip.ts';
import { percent } from '../../strings.ts';
import { pixelWords } from '../truth/truthWords.ts';
import styles from './ConfusionTable.module.css';
import { cellSentence, predictedName } from './matrixWords.ts';

const STEPS: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Rows of what pixels are, columns of what they were predicted as. Its cells light their pixels up on the picture. */
export function ConfusionTable({ figures }: { readonly figures: PredictionFigures }) {
  const classes = useApp((state) => state.document.classes);
  const table = useRef<HTMLTableElement>(null);
  const [reached, setReached] = useState<readonly [row: number, column: number]>([0, 0]);
  const { rows, reference } = figures;
  const columns = rows[0]?.cells ?? [];
  const [reachedRow, reachedColumn] = [
    Math.min(reached[0], rows.length - 1),
    Math.min(reached[1], columns.length - 1),
  ] as const;
  const moveFocus = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const row = table.current?.tBodies[0]?.rows[reachedRow + step[0]];
    row?.cells[reachedColumn + step[1] + 1]?.querySelector('button')?.focus();
  };
  return (
    <div className={styles.frame}>
      <table
        ref={table}
        aria-label="Confusion matrix"
        className={styles.table}
        style={{ '--columns': columns.length } as CSSProperties}
      >
        <thead>
          <tr>
            <th scope="col" className={styles.corner}>
              <div>{reference === 'labels' ? 'labeled as' : 'it is'}</div>
              <span>predicted as</span>
            </th>
            {columns.map(({ predictedId }) => (
              <th key={predictedId} scope="col" {...tip(`predicted ${predictedName(classes, predictedId)}`)}>
                <Swatch classId={predictedId} />
                <span className={styles.name}>{predictedName(classes, predictedId)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, r) => (
            <tr key={row.truthId}>
              <th scope="row" {...tip(`${predictedName(classes, row.truthId)}: ${pixelWords(row.pixels)}`)}>
                <Swatch classId={row.truthId} />
                <span className={styles.name}>{predictedName(classes, row.truthId)}</span>
              </th>
              {row.cells.map((cell, c) => (
                <td key={cell.predictedId}>
                  <Cell
                    cell={cell}
                    name={cellSentence(classes, reference, cell)}
                    isReached={r === reachedRow && c === reachedColumn}
                    onReached={() => setReached([r, c])}
                    onKeyDown={moveFocus}
                  />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface CellProps {
  readonly cell: ConfusionRow['cells'][number];
  readonly name: string;
  /** Whether Tab leads here. */
  readonly isReached: boolean;
  onReached(): void;
  onKeyDown(event: KeyboardEvent): void;
}

function Cell({ cell, name, isReached, onReached, onKeyDown }: CellProps) {
  const { matrix } = useWorkbench();
  const isPinned = useApp((state) => isSameCell(state.matrix.pinnedCell, cell));
  const { truthId, predictedId, pixels, share } = cell;
  const shown = share === null ? '–' : shortPercent(share);
  return (
    <button
      type="button"
      className={styles.cell}
      data-right={truthId === predictedId}
      data-empty={pixels === 0}
      // Who speaks to the page says what can be read in the cell.
      aria-label={`${shown}: ${name}`}
      aria-pressed={isPinned}
      tabIndex={isReached ? 0 : -1}
      style={{ '--share': `${Math.round(100 * (share ?? 0))}%` } as CSSProperties}
      onPointerEnter={() => matrix.point({ truthId, predictedId })}
      onPointerLeave={() => matrix.point(null)}
      onFocus={() => {
        onReached();
        matrix.point({ truthId, predictedId });
      }}
      onBlur={() => matrix.point(null)}
      onKeyDown={onKeyDown}
      onClick={() => matrix.togglePin({ truthId, predictedId })}
    >
      {shown}
    </button>
  );
}

/** Few characters: what is not nothing is not shown as 0, nor what is not all as 100. */
function shortPercent(share: number): string {
  if (share === 0 || share === 1) return percent(share, 0);
  if (share < 0.01) return '< 1 %';
  return share > 0.99 ? '> 99 %' : percent(share, 0);
}

function Swatch({ classId }: { readonly classId: number }) {
  const color = useApp((state) => state.document.classes.find(({ id }) => id === classId)?.color);
  if (classId === PREDICTED_UNLABELED) return <span className={`${styles.swatch} ${styles.hatched}`} />;
  return <span className={styles.swatch} style={{ background: color }} />;
}
