import { History } from 'lucide-react';
import { useApp, useWorkbench } from './appContext.ts';
import controls from './controls.module.css';
import styles from './HistoryMenu.module.css';
import popover from './Popover.module.css';
import { Popover, usePopover } from './Popover.tsx';
import { tip } from './tooltip.ts';

/** Newest edits that are listed; undo reaches further back. */
const MOST_EDITS = 200;

/** The edits, newest first; a press goes back or forth to one. */
export function HistoryMenu() {
  const { anchor, button, close } = usePopover();
  return (
    <>
      <button type="button" className={controls.icon} aria-label="History" {...button} {...tip('History of edits')}>
        <History size={18} />
      </button>
      {anchor !== null && (
        <Popover label="History" anchor={anchor} className={styles.menu} onClose={close}>
          <Edits />
        </Popover>
      )}
    </>
  );
}

function Edits() {
  const workbench = useWorkbench();
  const position = useApp((state) => state.historyPosition);
  const readOnly = useApp((state) => state.readOnlyBecause !== null);
  const pictures = useApp((state) => state.pictures);
  const { history } = workbench;
  if (history.length === 0) return <p className={popover.hint}>Nothing was changed yet.</p>;
  const oldest = Math.max(0, history.length - MOST_EDITS);
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
        <li className={popover.hint}>Undo reaches {oldest} edits further back.</li>
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
        onClick={() => workbench.goToHistory(after)}
      >
        <span className={styles.edit}>{name}</span>
        {after > position && <span className={styles.undone}>undone</span>}
        <span className={styles.picture}>{title}</span>
      </button>
    </li>
  );
}
