import { Ellipsis, Plus } from 'lucide-react';
import { UNLABELED } from '../labels/planes.ts';
import { labeledShare } from '../state/selectors.ts';
import { useApp, useWorkbench } from './appContext.ts';
import styles from './ClassList.module.css';
import { ClassRow } from './ClassRow.tsx';
import controls from './controls.module.css';
import { percent } from './strings.ts';
import { commandTip, tip } from './tooltip.ts';

/** The classes, the unlabeled pixels as a row of their own, and what can be done with all strokes. */
export function ClassList() {
  const workbench = useWorkbench();
  const classes = useApp((state) => state.classes);
  const labeledByClass = useApp((state) => state.labeledByClass);
  const most = Math.max(1, ...Object.values(labeledByClass));
  return (
    <section className={styles.section} aria-label="Classes">
      <header className={styles.header}>
        <h2>Classes</h2>
        <span className={styles.tools}>
          <StrokesMenu />
          <button
            type="button"
            className={controls.icon}
            aria-label="Add a class"
            onClick={() => workbench.addClass()}
            {...tip('Add a class: the network keeps what it knows')}
          >
            <Plus size={17} />
          </button>
        </span>
      </header>
      <ul className={styles.list}>
        {classes.map((segmentationClass, index) => (
          <ClassRow
            key={segmentationClass.id}
            segmentationClass={segmentationClass}
            shortcut={index < 9 ? String(index + 1) : null}
            labeledPixels={labeledByClass[segmentationClass.id] ?? 0}
            mostLabeledPixels={most}
          />
        ))}
        <UnlabeledRow />
      </ul>
    </section>
  );
}

function UnlabeledRow() {
  const workbench = useWorkbench();
  const active = useApp((state) => state.activeClassId === UNLABELED);
  const share = useApp((state) => 1 - labeledShare(state));
  return (
    <li className={styles.row} data-active={active}>
      <button
        type="button"
        className={styles.choose}
        aria-pressed={active}
        aria-label="Unlabeled"
        onClick={() => workbench.selectClass(UNLABELED)}
        {...commandTip(
          'unlabeled',
          'Unlabeled: counts in neither the loss nor the accuracy. Paint it to take labels away',
        )}
      >
        <span className={`${styles.swatch} ${styles.hatched}`} />
        <span className={styles.unlabeledName}>Unlabeled</span>
        <span className={styles.share}>{percent(share)}</span>
        <kbd className={styles.key}>U</kbd>
      </button>
    </li>
  );
}

function StrokesMenu() {
  const workbench = useWorkbench();
  const hasStarterStrokes = useApp((state) => state.hasStarterStrokes);
  return (
    <>
      <button
        type="button"
        className={controls.icon}
        aria-label="Strokes"
        popoverTarget="strokes-menu"
        {...tip('Clear or restore strokes')}
      >
        <Ellipsis size={17} />
      </button>
      <div id="strokes-menu" popover="auto" className={styles.menu}>
        {hasStarterStrokes && (
          <>
            <MenuItem label="Restore starter strokes" onClick={() => workbench.restoreStarterStrokes()} />
            <MenuItem label="Clear my strokes" onClick={() => workbench.clearOwnStrokes()} />
          </>
        )}
        <MenuItem label="Clear all labels" onClick={() => workbench.clearLabels()} />
      </div>
    </>
  );
}

function MenuItem({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" popoverTarget="strokes-menu" popoverTargetAction="hide" onClick={onClick}>
      {label}
    </button>
  );
}
