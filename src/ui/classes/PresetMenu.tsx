import { Shapes } from 'lucide-react';
import { CLASS_PRESETS } from '../../editor/classes/classPresets.ts';
import { useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import popover from '../controls/Popover.module.css';
import { Popover, usePopover } from '../controls/Popover.tsx';
import { tip } from '../controls/tooltip.ts';
import styles from './ClassMenu.module.css';

/** Lists of classes for usual tasks. */
export function PresetMenu() {
  const { classes } = useWorkbench();
  const { anchor, button, close } = usePopover();
  return (
    <>
      <button
        type="button"
        className={controls.icon}
        aria-label="Classes for…"
        {...button}
        {...tip('Take a ready list of classes. Classes with labels stay')}
      >
        <Shapes size={17} />
      </button>
      {anchor !== null && (
        <Popover label="Classes for…" anchor={anchor} className={styles.menu} isMenu onClose={close}>
          <p className={popover.hint}>Classes for…</p>
          {CLASS_PRESETS.map((preset) => (
            <button
              key={preset.id}
              type="button"
              className={popover.item}
              onClick={() => {
                close();
                classes.takePreset(preset.id);
              }}
              {...tip(preset.classes.map(({ name }) => name).join(', '))}
            >
              <span className={styles.preset}>{preset.name}</span>
              <span className={styles.colors}>
                {preset.classes.map(({ name, color }) => (
                  <span key={name} style={{ background: color }} />
                ))}
              </span>
            </button>
          ))}
        </Popover>
      )}
    </>
  );
}
