import { History } from 'lucide-react';
import { useRef } from 'react';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import popover from '../controls/Popover.module.css';
import { Popover, usePopoverButton } from '../controls/Popover.tsx';
import { commandTip } from '../controls/tooltip.ts';
import styles from './HistoryMenu.module.css';

/** Newest edits that are listed; undo reaches further back. */
const MAX_EDITS = 200;

/** The edits, newest first; a press goes back or forth to one. */
export function HistoryMenu() {
  const workbench = useWorkbench();
  const isOpen = useApp((state) => state.view.dialog?.name === 'history');
  const place = useRef<HTMLSpanElement>(null);
  const button = usePopoverButton(isOpen, (anchor) => workbench.openDialog(anchor && { name: 'history' }));
  return (
    // It opens at its place, which is there also where the button is not.
    <span ref={place} className={styles.place}>
      <button
        type="button"
        className={`${controls.icon} ${styles.button}`}
        aria-label="History"
        {...button}
        {...commandTip('history', 'History of edits')}
      >
        <History size={18} />
      </button>
      {isOpen && place.current !== null && (
        <Popover
          label="History"
          anchor={place.current}
          className={styles.menu}
          onClose={() => workbench.openDialog(null)}
        >
          <Edits />
        </Popover>
      )}
    </span>
  );
}

function Edits() {
  const workbench = useWorkbench();
  const position = useApp((state) => state.document.historyPosition);
  const readOnly = useApp((state) => state.project.readOnlyBecause !== null);
  const pictures = useApp((state) => state.project.pictures);
  const history = workbench.history.items;
  if (history.length === 0) return <p className={popover.hint}>Nothing was changed yet.</p>;
  const oldest = Math.max(0, history.length - MAX_EDITS);
  const titleOf = (pictureId: string | null) =>
    pictures.length < 2 ? '' : (pictures.find((picture) => picture.pictureId === pictureId)?.title ?? '');
  return (
    <ol className={styles.list} reversed>
      {history
        .slice(oldest)
        .map((item, i) => ({ ...item, after: oldest + i + 1 }))
        .reverse()
        .map(({ name, pictureId, after }) => (
          <Entry key={after} name={name} title={titleOf(pictureId)} after={after} {...{ position, readOnly }} />
        ))}
      {oldest === 0 ? (
        <Entry name="Before the first edit" title="" after={0} {...{ position, readOnly }} />
      ) : (
        <li className={popover.hint}>{`Undo reaches ${oldest} edits further back.`}</li>
      )}
    </ol>
  );
}

interface EntryProps {
  readonly name: string;
  /** Of the picture, where that is not plain. */
  readonly title: string;
  /** How many edits stand once this one is the newest. */
  readonly after: number;
  readonly position: number;
  readonly readOnly: boolean;
}

function Entry({ name, title, after, position, readOnly }: EntryProps) {
  const workbench = useWorkbench();
  return (
    <li>
      <button
        type="button"
        className={popover.item}
        data-undone={after > position}
        data-first={after === position ? '' : undefined}
        aria-current={after === position ? 'step' : undefined}
        disabled={readOnly}
        onClick={() => workbench.history.goTo(after)}
      >
        <span className={styles.edit}>{name}</span>
        {after > position && <span className={styles.undone}>undone</span>}
        <span className={styles.picture}>{title}</span>
      </button>
    </li>
  );
}
