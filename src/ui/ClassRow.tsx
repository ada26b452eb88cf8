import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { SegmentationClass } from '../settings/classes.ts';
import { useApp, useWorkbench } from './appContext.ts';
import styles from './ClassList.module.css';
import controls from './controls.module.css';
import { percent } from './strings.ts';
import { tip } from './tooltip.ts';

interface ClassRowProps {
  readonly segmentationClass: SegmentationClass;
  readonly shortcut: string | null;
  readonly labeledPixels: number;
  /** Labeled pixels of the most labeled class: the bar's full length. */
  readonly mostLabeledPixels: number;
}

/** One class: choose it by a click, rename it by a double click, recolour it by its swatch. */
export function ClassRow({ segmentationClass, shortcut, labeledPixels, mostLabeledPixels }: ClassRowProps) {
  const { id, name, color } = segmentationClass;
  const workbench = useWorkbench();
  const active = useApp((state) => state.activeClassId === id);
  const iou = useApp((state) => state.scores?.iouByClass[id] ?? null);
  const pixels = useApp((state) => state.width * state.height);
  const [renaming, setRenaming] = useState(false);
  const share = percent(labeledPixels / Math.max(1, pixels));
  return (
    <li className={styles.row} data-active={active}>
      <ColorSwatch id={id} name={name} color={color} />
      {renaming ? (
        <input
          className={styles.rename}
          defaultValue={name}
          maxLength={40}
          aria-label={`New name of ${name}`}
          // The field appears because the person asked to type: focus belongs in it.
          ref={(field) => field?.select()}
          onBlur={(event) => {
            workbench.renameClass(id, event.target.value);
            setRenaming(false);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') event.currentTarget.value = name;
            if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
          }}
        />
      ) : (
        <button
          type="button"
          className={styles.choose}
          aria-pressed={active}
          aria-label={name}
          onClick={() => workbench.selectClass(id)}
          onDoubleClick={() => setRenaming(true)}
          onKeyDown={(event) => {
            if (event.key === 'F2') setRenaming(true);
          }}
          {...tip(`${share} labeled${iou === null ? '' : `, IoU ${percent(iou)}`}. Double-click or F2 renames`)}
        >
          <span className={styles.name}>{name}</span>
          <span className={styles.bar}>
            <span style={{ width: `${(100 * labeledPixels) / mostLabeledPixels}%`, background: color }} />
          </span>
          <kbd className={styles.key}>{shortcut}</kbd>
        </button>
      )}
      <button
        type="button"
        className={`${controls.icon} ${styles.remove}`}
        aria-label={`Remove ${name}`}
        onClick={() => workbench.removeClass(id)}
        {...tip('Remove: its pixels become unlabeled. Undo brings it back')}
      >
        <X size={14} />
      </button>
    </li>
  );
}

function ColorSwatch({ id, name, color }: SegmentationClass) {
  const workbench = useWorkbench();
  const field = useRef<HTMLInputElement>(null);
  // The native event `change` fires once, when the picker closes; React's onChange fires at every move in it.
  useEffect(() => {
    const input = field.current;
    if (input === null) return undefined;
    const changed = () => workbench.recolorClass(id, input.value);
    input.addEventListener('change', changed);
    return () => input.removeEventListener('change', changed);
  }, [workbench, id]);
  useEffect(() => {
    if (field.current !== null) field.current.value = color;
  }, [color]);
  return (
    <label className={styles.swatch} style={{ background: color }} {...tip(`Colour of ${name}`)}>
      <input ref={field} type="color" defaultValue={color} aria-label={`Colour of ${name}`} />
    </label>
  );
}
