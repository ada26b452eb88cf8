import { Brush, Eraser, Eye, EyeOff, Maximize, Redo2, Undo2, ZoomIn, ZoomOut } from 'lucide-react';
import type { ReactNode } from 'react';
import { UNLABELED } from '../labels/planes.ts';
import { command } from '../workbench/commands.ts';
import { useApp, useWorkbench } from './appContext.ts';
import controls from './controls.module.css';
import styles from './ToolRail.module.css';
import { commandTip, tip } from './tooltip.ts';

export function ToolRail() {
  const workbench = useWorkbench();
  const erasing = useApp((state) => state.activeClassId === UNLABELED);
  const canUndo = useApp((state) => state.canUndo);
  const canRedo = useApp((state) => state.canRedo);
  const predictionShown = useApp((state) => state.predictionOpacity > 0);
  return (
    <nav className={styles.rail} aria-label="Tools">
      <button
        type="button"
        className={controls.icon}
        aria-label="Class brush"
        aria-pressed={!erasing}
        onClick={() => erasing && workbench.swapClass()}
        {...tip('Class brush: paints the chosen class (1 … 9)')}
      >
        <Brush size={18} />
      </button>
      <button
        type="button"
        className={controls.icon}
        aria-label="Unlabeled brush"
        aria-pressed={erasing}
        onClick={() => workbench.selectClass(UNLABELED)}
        {...commandTip('unlabeled')}
      >
        <Eraser size={18} />
      </button>
      <hr />
      <CommandButton id="undo" label="Undo" disabled={!canUndo} icon={<Undo2 size={18} />} />
      <CommandButton id="redo" label="Redo" disabled={!canRedo} icon={<Redo2 size={18} />} />
      <hr />
      <CommandButton id="zoomIn" label="Zoom in" icon={<ZoomIn size={18} />} />
      <CommandButton id="zoomOut" label="Zoom out" icon={<ZoomOut size={18} />} />
      <CommandButton id="fit" label="Fit the picture" icon={<Maximize size={18} />} />
      <CommandButton
        id="prediction"
        label={predictionShown ? 'Hide the prediction' : 'Show the prediction'}
        icon={predictionShown ? <Eye size={18} /> : <EyeOff size={18} />}
      />
    </nav>
  );
}

interface CommandButtonProps {
  readonly id: string;
  readonly label: string;
  readonly icon: ReactNode;
  readonly disabled?: boolean;
}

function CommandButton({ id, label, icon, disabled = false }: CommandButtonProps) {
  const workbench = useWorkbench();
  return (
    <button
      type="button"
      className={controls.icon}
      aria-label={label}
      disabled={disabled}
      onClick={() => command(id).perform(workbench)}
      {...commandTip(id, label)}
    >
      {icon}
    </button>
  );
}
