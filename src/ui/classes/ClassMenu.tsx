import {
  ArrowDown,
  ArrowUp,
  ChevronLeft,
  Eraser,
  Eye,
  EyeOff,
  Lock,
  LockOpen,
  type LucideIcon,
  Merge,
  PaintBucket,
  Pencil,
  X,
} from 'lucide-react';
import { useState } from 'react';
import type { SegmentationClass } from '../../settings/classes.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import popover from '../controls/Popover.module.css';
import { Popover } from '../controls/Popover.tsx';
import styles from './ClassMenu.module.css';

interface ClassMenuProps {
  readonly segmentationClass: SegmentationClass;
  readonly anchor: HTMLElement;
  onRename(): void;
  onClose(): void;
}

/** What can be done with one class. */
export function ClassMenu({ segmentationClass, anchor, onRename, onClose }: ClassMenuProps) {
  const [isMerging, setIsMerging] = useState(false);
  return (
    <Popover label={`Class ${segmentationClass.name}`} anchor={anchor} className={styles.menu} isMenu onClose={onClose}>
      {isMerging ? (
        <MergeTargets segmentationClass={segmentationClass} onBack={() => setIsMerging(false)} onClose={onClose} />
      ) : (
        <Actions {...{ segmentationClass, onRename, onClose }} onMerge={() => setIsMerging(true)} />
      )}
    </Popover>
  );
}

interface ActionsProps extends Omit<ClassMenuProps, 'anchor'> {
  onMerge(): void;
}

function Actions({ segmentationClass, onRename, onMerge, onClose }: ActionsProps) {
  const { classes: actions, painting } = useWorkbench();
  const { id } = segmentationClass;
  const index = useApp(({ document }) => document.classes.findIndex((c) => c.id === id));
  const count = useApp(({ document }) => document.classes.length);
  const hidden = useApp(({ document }) => document.hiddenClassIds.has(id));
  const locked = useApp(({ document }) => document.lockedClassIds.has(id));
  const readOnly = useApp(({ project }) => project.readOnlyBecause !== null);
  const hasPicture = useApp(({ document }) => document.pictureId !== null);
  const isLabeled = useApp(({ document }) => (document.labeledByClass[id] ?? 0) > 0);
  const item = (label: string, Icon: LucideIcon, isPossible: boolean, act: () => void) => (
    <button
      type="button"
      className={popover.item}
      disabled={!isPossible}
      onClick={() => {
        onClose();
        act();
      }}
    >
      <Icon size={15} />
      <span>{label}</span>
    </button>
  );
  return (
    <>
      {item('Rename', Pencil, !readOnly, onRename)}
      {item(hidden ? 'Show' : 'Hide', hidden ? Eye : EyeOff, true, () => actions.setHidden(id, !hidden))}
      {item(locked ? 'Unlock' : 'Lock its pixels', locked ? LockOpen : Lock, true, () =>
        actions.setLocked(id, !locked),
      )}
      <hr className={popover.rule} />
      {item('Fill the rest with it', PaintBucket, !readOnly && !locked && hasPicture, () => painting.fillUnlabeled(id))}
      {item('Clear its pixels here', Eraser, !readOnly && !locked && isLabeled, () => painting.clearClass(id))}
      <button type="button" className={popover.item} disabled={readOnly || locked || count === 1} onClick={onMerge}>
        <Merge size={15} />
        Merge into…
      </button>
      <hr className={popover.rule} />
      {item('Move up', ArrowUp, !readOnly && index > 0, () => actions.move(id, index - 1))}
      {item('Move down', ArrowDown, !readOnly && index < count - 1, () => actions.move(id, index + 1))}
      {item('Remove', X, !readOnly && !locked && count > 1, () => actions.remove(id))}
    </>
  );
}

interface MergeTargetsProps {
  readonly segmentationClass: SegmentationClass;
  onBack(): void;
  onClose(): void;
}

function MergeTargets({ segmentationClass, onBack, onClose }: MergeTargetsProps) {
  const { classes: actions } = useWorkbench();
  const classes = useApp((state) => state.document.classes);
  const lockedClassIds = useApp((state) => state.document.lockedClassIds);
  const { id, name } = segmentationClass;
  return (
    <>
      <button type="button" className={popover.item} ref={focusNow} onClick={onBack}>
        <ChevronLeft size={15} />
        <span>{`All pixels of ${name} become`}</span>
      </button>
      <hr className={popover.rule} />
      {classes
        .filter((target) => target.id !== id)
        .map((target) => (
          <button
            key={target.id}
            type="button"
            className={popover.item}
            disabled={lockedClassIds.has(target.id)}
            onClick={() => {
              onClose();
              actions.removeInto(id, target.id);
            }}
          >
            <span className={styles.swatch} style={{ background: target.color }} />
            <span>{target.name}</span>
          </button>
        ))}
    </>
  );
}

function focusNow(button: HTMLButtonElement | null): void {
  button?.focus();
}
