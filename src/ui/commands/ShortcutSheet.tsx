import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { CLASS_KEYS, COMMANDS, keyLabel } from '../../workbench/commands/commands.ts';
import { COMMAND_GROUPS } from '../../workbench/commands/workbenchCommand.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { ModalDialog } from '../controls/ModalDialog.tsx';
import { isMac } from '../controls/tooltip.ts';
import styles from './ShortcutSheet.module.css';

/** What mouse, fingers and pen do, which no key does. */
const HANDS = [
  { hand: 'Drag', does: 'Paint' },
  { hand: 'Right-drag', does: 'Take labels away' },
  { hand: 'Shift-click', does: 'A straight line from the last point' },
  { hand: 'Shift-wheel', does: 'Size of the brush' },
  { hand: 'Wheel, pinch', does: 'Zoom at the pointer' },
  { hand: 'Space-drag', does: 'Move the picture; the middle button does, too' },
  { hand: 'One finger', does: 'Paints' },
  { hand: 'Two fingers', does: 'Move and zoom the picture' },
  { hand: 'Pen', does: 'Its pressure widens the brush, its eraser takes labels away' },
] as const;

/** All keys and hands at a glance. */
export function ShortcutSheet() {
  const workbench = useWorkbench();
  const isOpen = useApp((state) => state.view.dialog?.name === 'shortcuts');
  if (!isOpen) return null;
  return (
    <ModalDialog title="Keyboard shortcuts and hands" className={styles.sheet}>
      <button
        type="button"
        className={`${controls.icon} ${styles.close}`}
        aria-label="Close"
        onClick={() => workbench.openDialog(null)}
      >
        <X size={18} />
      </button>
      <div className={styles.columns}>
        {COMMAND_GROUPS.map((group) => (
          <Group key={group} title={group}>
            {COMMANDS.filter((command) => command.group === group && command.keys.length > 0).map(
              ({ id, label, keys, release }) => (
                <Row key={id} label={label}>
                  {release !== undefined && <span>hold </span>}
                  {[...new Set(keys.map((key) => keyLabel(key, isMac)))].map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </Row>
              ),
            )}
            {group === 'Classes' && (
              <>
                <Row label="Paint with a class of the list">
                  <kbd>{CLASS_KEYS[0]}</kbd>
                  <span>…</span>
                  <kbd>{CLASS_KEYS.at(-1)}</kbd>
                </Row>
                <Row label="Move the class that has the focus">
                  <kbd>{isMac ? '⌥↑' : 'Alt+↑'}</kbd>
                  <kbd>{isMac ? '⌥↓' : 'Alt+↓'}</kbd>
                </Row>
              </>
            )}
          </Group>
        ))}
        <Group title="Hands">
          {HANDS.map(({ hand, does }) => (
            <Row key={hand} label={does}>
              {hand}
            </Row>
          ))}
        </Group>
      </div>
    </ModalDialog>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.group}>
      <h3>{title}</h3>
      <dl>{children}</dl>
    </section>
  );
}

function Row({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className={styles.row}>
      <dt>{children}</dt>
      <dd>{label}</dd>
    </div>
  );
}
