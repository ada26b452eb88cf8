import { Check, GraduationCap } from 'lucide-react';
import { useRef } from 'react';
import { LESSONS } from '../../lessons/lessons.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { Popover, usePopoverButton } from '../controls/Popover.tsx';
import { commandTip } from '../controls/tooltip.ts';
import styles from './LessonsButton.module.css';

/** The list of lessons. */
export function LessonsButton() {
  const workbench = useWorkbench();
  const isOpen = useApp((state) => state.view.dialog?.name === 'lessons');
  const place = useRef<HTMLSpanElement>(null);
  const button = usePopoverButton(isOpen, (anchor) => workbench.openDialog(anchor && { name: 'lessons' }));
  return (
    // It opens at its place, which is there also where the button is not.
    <span ref={place} className={styles.place}>
      <button
        type="button"
        className={`${controls.icon} ${styles.button}`}
        aria-label="Lessons"
        {...button}
        {...commandTip('lessons', 'Lessons of two minutes each')}
      >
        <GraduationCap size={18} />
      </button>
      {isOpen && place.current !== null && (
        <Popover
          label="Lessons"
          anchor={place.current}
          className={styles.menu}
          onClose={() => workbench.openDialog(null)}
        >
          <List />
        </Popover>
      )}
    </span>
  );
}

function List() {
  const workbench = useWorkbench();
  const done = useApp((state) => state.lessons.done);
  const start = (id: string) => {
    workbench.openDialog(null);
    void workbench.lessons.start(id);
  };
  return (
    <>
      <h2 className={styles.heading}>Lessons of two minutes</h2>
      <ol className={styles.list}>
        {LESSONS.map(({ id, title, about }) => (
          <li key={id}>
            <button type="button" className={styles.lesson} onClick={() => start(id)}>
              <span className={styles.mark} data-done={done.has(id)}>
                {done.has(id) && <Check size={13} strokeWidth={3} aria-label="Gone through" />}
              </span>
              <span>
                <strong>{title}</strong>
                <span className={styles.about}>{about}</span>
              </span>
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}
