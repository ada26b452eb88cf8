import {
  type Announcements,
  DndContext,
  type DragEndEvent,
  MouseSensor,
  TouchSensor,
  useSensor,
  useSensors,
} from '@dnd-kit/core';
import { SortableContext, verticalListSortingStrategy } from '@dnd-kit/sortable';
import { Plus } from 'lucide-react';
import { type RefObject, useEffect, useMemo, useRef, useState } from 'react';
import { UNLABELED } from '../../labels/planes.ts';
import type { SegmentationClass } from '../../settings/classes.ts';
import { labeledShare } from '../../state/selectors.ts';
import { CLASS_KEYS } from '../../workbench/commands/commands.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { commandTip } from '../controls/tooltip.ts';
import { useDragAnnouncements } from '../controls/useDragAnnouncements.ts';
import { percent } from '../strings.ts';
import styles from './ClassList.module.css';
import { ClassMenu } from './ClassMenu.tsx';
import { ClassRow, sortableId } from './ClassRow.tsx';
import { PresetMenu } from './PresetMenu.tsx';
import { StrokesMenu } from './StrokesMenu.tsx';

/** The classes, the unlabeled pixels as a row of their own, and what can be done with all strokes. */
export function ClassList() {
  const { classes: actions } = useWorkbench();
  return (
    <section className={styles.section} aria-label="Classes" data-anchor="classes">
      <header className={styles.header}>
        <h2>Classes</h2>
        <span className={styles.tools}>
          <StrokesMenu />
          <PresetMenu />
          <button
            type="button"
            className={controls.icon}
            aria-label="Add a class"
            onClick={() => actions.add()}
            {...commandTip('addClass', 'Add a class: the network keeps what it knows')}
          >
            <Plus size={17} />
          </button>
        </span>
      </header>
      <Rows />
      <StrokeGuide />
    </section>
  );
}

/** What the strokes lack most. It may change with every stroke, so it is not announced. */
function StrokeGuide() {
  const guide = useApp((state) => state.document.strokeGuide);
  return guide === null ? null : <p className={styles.guide}>{guide}</p>;
}

function Rows() {
  const { classes: actions } = useWorkbench();
  const classes = useApp((state) => state.document.classes);
  const labeledByClass = useApp((state) => state.document.labeledByClass);
  const [renamingId, setRenamingId] = useState<number | null>(null);
  const [menu, setMenu] = useState<{ readonly classId: number; readonly anchor: HTMLElement } | null>(null);
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 250, tolerance: 6 } }),
  );
  const list = useRowInView();
  const announcements = useDragAnnouncements(useMemo(() => announcementsFor(classes), [classes]));
  // By keyboard; its place is said until the focus goes elsewhere.
  const [movedId, setMovedId] = useState<number | null>(null);
  const moveBy = (id: number, places: number) => {
    const to = classes.findIndex((c) => c.id === id) + places;
    if (to < 0 || to >= classes.length) return;
    setMovedId(id);
    actions.move(id, to);
  };
  const most = Math.max(1, ...Object.values(labeledByClass));
  const dragged = ({ active, over }: DragEndEvent) => {
    const moved = classes[placeOf(classes, active.id)];
    const to = placeOf(classes, over?.id);
    if (moved !== undefined && to >= 0) actions.move(moved.id, to);
  };
  const menuClass = classes.find(({ id }) => id === menu?.classId);
  return (
    <DndContext
      sensors={sensors}
      onDragEnd={dragged}
      accessibility={{
        announcements,
        screenReaderInstructions: {
          draggable: 'Alt with the arrow keys up and down moves a class, and so does its menu.',
        },
      }}
    >
      <SortableContext items={classes.map(({ id }) => sortableId(id))} strategy={verticalListSortingStrategy}>
        <ul ref={list} className={styles.list} onBlur={() => setMovedId(null)}>
          {classes.map((segmentationClass, index) => (
            <ClassRow
              key={segmentationClass.id}
              segmentationClass={segmentationClass}
              shortcut={CLASS_KEYS[index] ?? null}
              labeledPixels={labeledByClass[segmentationClass.id] ?? 0}
              mostLabeledPixels={most}
              isRenaming={renamingId === segmentationClass.id}
              onRenaming={(isRenaming) => setRenamingId(isRenaming ? segmentationClass.id : null)}
              hasMenu={menu?.classId === segmentationClass.id}
              onMenu={(anchor) => setMenu(anchor && { classId: segmentationClass.id, anchor })}
              onMoveBy={(places) => moveBy(segmentationClass.id, places)}
            />
          ))}
          <UnlabeledRow />
        </ul>
      </SortableContext>
      <p role="status" className={styles.spoken}>
        {placeWords(classes, movedId)}
      </p>
      {menu !== null && menuClass !== undefined && (
        <ClassMenu
          segmentationClass={menuClass}
          anchor={menu.anchor}
          onRename={() => setRenamingId(menuClass.id)}
          onClose={() => setMenu(null)}
        />
      )}
    </DndContext>
  );
}

/**
 * A class that is chosen by its key, and one that is moved by keyboard, comes into view within the list; the page stays
 * where it is.
 */
function useRowInView() {
  const list = useRef<HTMLUListElement>(null);
  const activeClassId = useApp((state) => state.painting.activeClassId);
  const classes = useApp((state) => state.document.classes);
  const count = classes.length;
  useEffect(() => {
    if (activeClassId !== UNLABELED && count > 0) bringIntoView(list, '[data-active=true]');
  }, [activeClassId, count]);
  useEffect(() => {
    if (classes.length > 0) bringIntoView(list, ':focus-within:not(:last-child)');
  }, [classes]);
  return list;
}

function bringIntoView({ current: list }: RefObject<HTMLUListElement | null>, selector: string): void {
  const row = list?.querySelector<HTMLElement>(`li${selector}`);
  if (list === null || row == null) return;
  const { offsetTop, offsetHeight } = row;
  // The row of the unlabeled pixels stays at the end of what is visible, and is as high.
  const last = offsetTop + 2 * offsetHeight - list.clientHeight;
  list.scrollTop = Math.max(last, Math.min(offsetTop, list.scrollTop));
}

function UnlabeledRow() {
  const { painting } = useWorkbench();
  const active = useApp((state) => state.painting.activeClassId === UNLABELED);
  const share = useApp((state) => 1 - labeledShare(state.document));
  return (
    <li className={`${styles.row} ${styles.unlabeled}`} data-active={active}>
      <button
        type="button"
        className={styles.choose}
        aria-pressed={active}
        onClick={() => painting.selectClass(UNLABELED)}
        {...commandTip(
          'unlabeled',
          'Unlabeled: counts in neither the loss nor the accuracy. Paint it to take labels away',
        )}
      >
        <span className={`${styles.swatch} ${styles.hatched}`} />
        <span className={styles.unlabeledName}>Unlabeled</span>
        <span className={styles.share} aria-hidden="true">
          {percent(share)}
        </span>
        <span className={styles.key} aria-hidden="true">
          U
        </span>
      </button>
    </li>
  );
}

function placeOf(classes: readonly SegmentationClass[], id: string | number | undefined): number {
  return classes.findIndex((c) => sortableId(c.id) === id);
}

function placeWords(classes: readonly SegmentationClass[], classId: number | null): string {
  const found = classes.find(({ id }) => id === classId);
  return found === undefined ? '' : `${found.name}: place ${classes.indexOf(found) + 1} of ${classes.length}.`;
}

function announcementsFor(classes: readonly SegmentationClass[]): Announcements {
  const nameOf = (id: string | number) => classes[placeOf(classes, id)]?.name ?? '';
  return {
    onDragStart: ({ active }) => `${nameOf(active.id)} is being moved.`,
    onDragOver: ({ active, over }) =>
      over === null ? undefined : `${nameOf(active.id)} is at the place of ${nameOf(over.id)}.`,
    onDragEnd: ({ active }) => `${nameOf(active.id)} was put down.`,
    onDragCancel: ({ active }) => `${nameOf(active.id)} stays where it was.`,
  };
}
