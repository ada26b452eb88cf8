import type { Ref } from 'react';
import { COMMANDS, keyLabel } from '../workbench/commands.ts';
import controls from './controls.module.css';
import styles from './ShortcutSheet.module.css';
import { isMac } from './tooltip.ts';

const GROUPS = ['Painting', 'Training', 'Looking'] as const;

/** Every shortcut, from the command list. Open it with `showModal()`. */
export function ShortcutSheet({ ref }: { ref: Ref<HTMLDialogElement> }) {
  return (
    <dialog ref={ref} className={styles.sheet} aria-label="Keyboard shortcuts">
      <form method="dialog">
        {GROUPS.map((group) => (
          <section key={group}>
            <h2>{group}</h2>
            <dl>
              {group === 'Painting' && <Row keys="1 … 9" label="Choose a class" />}
              {COMMANDS.filter((command) => command.group === group).map((command) => (
                <Row key={command.id} keys={keyLabel(command.keys[0] ?? '', isMac)} label={command.label} />
              ))}
              {group === 'Painting' && <Row keys="Right button" label="Paint unlabeled" />}
              {group === 'Looking' && <Row keys="Wheel" label="Zoom at the pointer" />}
              {group === 'Looking' && <Row keys="Space + drag" label="Move the picture" />}
            </dl>
          </section>
        ))}
        <button type="submit" className={controls.button}>
          Close
        </button>
      </form>
    </dialog>
  );
}

function Row({ keys, label }: { keys: string; label: string }) {
  return (
    <div className={styles.row}>
      <dt>
        <kbd>{keys}</kbd>
      </dt>
      <dd>{label}</dd>
    </div>
  );
}
