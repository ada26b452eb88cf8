import { Ellipsis } from 'lucide-react';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import popover from '../controls/Popover.module.css';
import { Popover, usePopover } from '../controls/Popover.tsx';
import { tip } from '../controls/tooltip.ts';

/** What can be done with all strokes of the open picture. */
export function StrokesMenu() {
  const { painting } = useWorkbench();
  const hasStarterStrokes = useApp((state) => state.document.hasStarterStrokes);
  const { anchor, button, close } = usePopover();
  const item = (label: string, act: () => void) => (
    <button
      type="button"
      className={popover.item}
      onClick={() => {
        close();
        act();
      }}
    >
      {label}
    </button>
  );
  return (
    <>
      <button
        type="button"
        className={controls.icon}
        aria-label="Strokes"
        {...button}
        {...tip('Clear or restore strokes')}
      >
        <Ellipsis size={17} />
      </button>
      {anchor !== null && (
        <Popover label="Strokes" anchor={anchor} isMenu onClose={close}>
          {hasStarterStrokes && item('Restore starter strokes', () => painting.restoreStarterStrokes())}
          {hasStarterStrokes && item('Clear my strokes', () => painting.clearOwnStrokes())}
          {item('Clear all labels', () => painting.clearLabels())}
        </Popover>
      )}
    </>
  );
}
