import { useSortable } from '@dnd-kit/sortable';
import { Ellipsis, Eye, EyeOff, Lock, LockOpen, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { SegmentationClass } from '../../settings/classes.ts';
import { openScores } from '../../state/selectors.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { usePopoverButton } from '../controls/Popover.tsx';
import { isMac, tip } from '../controls/tooltip.ts';
import { percent } from '../strings.ts';
import styles from './ClassList.module.css';

interface ClassRowProps {
  readonly segmentationClass: SegmentationClass;
  readonly shortcut: string | null;
  readonly labeledPixels: number;
  /** Labeled pixels of the most labeled class: the bar's full length. */
  readonly mostLabeledPixels: number;
  readonly isRenaming: boolean;
  onRenaming(isRenaming: boolean): void;
  readonly hasMenu: boolean;
  /** Opens the class's menu at a button, or closes it. */
  onMenu(anchor: HTMLElement | null): void;
  /** Moves the class this many places down; up where it is negative. */
  onMoveBy(places: number): void;
}

const MOVE_KEYS = isMac ? '⌥↑ ⌥↓' : 'Alt+↑ ↓';

/** What dragging knows a class by: the library takes the id 0 for none. */
export const sortableId = (classId: number): string => `class-${classId}`;

/**
 * One class: choose it by a click, rename it by a double click, recolour it by its swatch, move it by dragging or with
 * Alt and the arrow keys.
 */
export function ClassRow(props: ClassRowProps) {
  const { segmentationClass, isRenaming, onRenaming, onMoveBy } = props;
  const { id, name, color } = segmentationClass;
  const { painting } = useWorkbench();
  const active = useApp((state) => state.painting.activeClassId === id);
  const hidden = useApp((state) => state.document.hiddenClassIds.has(id));
  const rowTip = useRowTip(props);
  const { setNodeRef, listeners, transform, transition, isDragging } = useSortable({ id: sortableId(id) });
  return (
    <li
      ref={setNodeRef}
      className={styles.row}
      data-active={active}
      data-dragging={isDragging}
      data-hidden={hidden}
      style={{ transform: transform === null ? undefined : `translateY(${transform.y}px)`, transition }}
    >
      <ColorSwatch id={id} name={name} color={color} />
      {isRenaming ? (
        <NameField id={id} name={name} onDone={() => onRenaming(false)} />
      ) : (
        <button
          type="button"
          className={styles.choose}
          aria-pressed={active}
          onClick={() => painting.selectClass(id)}
          onDoubleClick={() => onRenaming(true)}
          {...listeners}
          aria-keyshortcuts="F2 Alt+ArrowUp Alt+ArrowDown"
          onKeyDown={(event) => {
            if (event.key === 'F2') onRenaming(true);
            const places = placesOf(event);
            if (places === 0) return;
            event.preventDefault();
            onMoveBy(places);
          }}
          {...tip(rowTip)}
        >
          <span className={styles.name}>{name}</span>
          <span className={styles.bar}>
            <span style={{ width: `${(100 * props.labeledPixels) / props.mostLabeledPixels}%`, background: color }} />
          </span>
          <span className={styles.key} aria-hidden="true">
            {props.shortcut}
          </span>
        </button>
      )}
      <RowTools {...props} />
    </li>
  );
}

/** How many places further down a key moves the focused class; 0: none. */
function placesOf({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent): number {
  if (!altKey || ctrlKey || metaKey || shiftKey) return 0;
  if (key === 'ArrowUp') return -1;
  return key === 'ArrowDown' ? 1 : 0;
}

function useRowTip({ segmentationClass, labeledPixels }: ClassRowProps): string {
  const iou = useApp((state) => openScores(state)?.iouByClass[segmentationClass.id] ?? null);
  const pixels = useApp((state) => state.document.width * state.document.height);
  const share = percent(labeledPixels / Math.max(1, pixels));
  return `${share} labeled${iou === null ? '' : `, IoU ${percent(iou)}`}. Double-click or F2 renames, ${MOVE_KEYS} moves it`;
}

/** Eye, lock and ✕ are for the pointer: all of it is in the menu too, which the keyboard reaches. */
function RowTools({ segmentationClass, hasMenu, onMenu }: ClassRowProps) {
  const { classes: actions } = useWorkbench();
  const { id, name } = segmentationClass;
  const hidden = useApp((state) => state.document.hiddenClassIds.has(id));
  const locked = useApp((state) => state.document.lockedClassIds.has(id));
  const menuButton = usePopoverButton(hasMenu, onMenu);
  const className = `${controls.icon} ${styles.tool}`;
  return (
    <span className={styles.rowTools}>
      <button
        type="button"
        className={`${className} ${styles.mark}`}
        tabIndex={-1}
        data-set={hidden}
        aria-label={`Hide ${name}`}
        aria-pressed={hidden}
        onClick={() => actions.setHidden(id, !hidden)}
        {...tip(hidden ? 'Hidden. Click to show it' : 'Hide it: its labels stay, and are learned from')}
      >
        {hidden ? <EyeOff size={14} /> : <Eye size={14} />}
      </button>
      <button
        type="button"
        className={`${className} ${styles.mark}`}
        tabIndex={-1}
        data-set={locked}
        aria-label={`Lock ${name}`}
        aria-pressed={locked}
        onClick={() => actions.setLocked(id, !locked)}
        {...tip(
          locked ? 'Locked: its pixels stay as they are. Click to unlock' : 'Lock it: its pixels stay as they are',
        )}
      >
        {locked ? <Lock size={14} /> : <LockOpen size={14} />}
      </button>
      <button
        type="button"
        className={className}
        aria-label={`More about ${name}`}
        {...menuButton}
        {...tip('Rename, merge, fill, move …')}
      >
        <Ellipsis size={14} />
      </button>
      <button
        type="button"
        className={`${className} ${styles.remove}`}
        tabIndex={-1}
        aria-label={`Remove ${name}`}
        onClick={() => actions.remove(id)}
        {...tip('Remove it. Undo brings it back')}
      >
        <X size={14} />
      </button>
    </span>
  );
}

interface NameFieldProps {
  readonly id: number;
  readonly name: string;
  onDone(): void;
}

function NameField({ id, name, onDone }: NameFieldProps) {
  const { classes: actions } = useWorkbench();
  return (
    <input
      // The field appears because the person asked to type: focus belongs in it.
      ref={focusAll}
      className={styles.rename}
      defaultValue={name}
      maxLength={40}
      aria-label={`New name of ${name}`}
      onBlur={(event) => {
        actions.rename(id, event.target.value);
        onDone();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') event.currentTarget.value = name;
        if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur();
      }}
    />
  );
}

function focusAll(field: HTMLInputElement | null): void {
  field?.focus();
  field?.select();
}

function ColorSwatch({ id, name, color }: SegmentationClass) {
  const { classes: actions } = useWorkbench();
  const field = useRef<HTMLInputElement>(null);
  // The native event `change` fires once, when the picker closes; React's onChange fires at every move in it.
  useEffect(() => {
    const input = field.current;
    if (input === null) return undefined;
    const changed = () => actions.recolor(id, input.value);
    input.addEventListener('change', changed);
    return () => input.removeEventListener('change', changed);
  }, [actions, id]);
  useEffect(() => {
    if (field.current !== null) field.current.value = color;
  }, [color]);
  return (
    <label className={styles.swatch} style={{ background: color }} {...tip(`Colour of ${name}`)}>
      <input ref={field} type="color" defaultValue={color} aria-label={`Colour of ${name}`} />
    </label>
  );
}
