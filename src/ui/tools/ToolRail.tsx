import {
  Brush,
  CheckCheck,
  Eraser,
  Eye,
  EyeOff,
  Hexagon,
  Lasso,
  type LucideIcon,
  Maximize,
  PaintBucket,
  Pipette,
  Redo2,
  Slash,
  Undo2,
  VectorSquare,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { TOOL_IDS, type ToolId } from '../../editor/tools/toolbox.ts';
import { UNLABELED } from '../../labels/planes.ts';
import { command } from '../../workbench/commands/commands.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { commandTip } from '../controls/tooltip.ts';
import { TOOL_NAMES } from '../strings.ts';
import styles from './ToolRail.module.css';

const TOOL_ICONS: Readonly<Record<ToolId, LucideIcon>> = {
  brush: Brush,
  line: Slash,
  polygon: VectorSquare,
  lasso: Lasso,
  fill: PaintBucket,
  superpixel: Hexagon,
  picker: Pipette,
  accept: CheckCheck,
};

/** What a person paints with, and the few things that are needed at any moment. */
export function ToolRail() {
  const canUndo = useApp((state) => state.document.canUndo);
  const canRedo = useApp((state) => state.document.canRedo);
  const predictionShown = useApp((state) => state.view.predictionOpacity > 0);
  return (
    <nav className={styles.rail} aria-label="Tools">
      <ToolButton id="brush" />
      <UnlabeledBrushButton />
      {TOOL_IDS.filter((id) => id !== 'brush').map((id) => (
        <ToolButton key={id} id={id} />
      ))}
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

function ToolButton({ id }: { readonly id: ToolId }) {
  const workbench = useWorkbench();
  const pressed = useApp(
    ({ painting: { toolId, activeClassId } }) => toolId === id && !(id === 'brush' && activeClassId === UNLABELED),
  );
  const Icon = TOOL_ICONS[id];
  return (
    <button
      type="button"
      className={controls.icon}
      aria-label={TOOL_NAMES[id]}
      aria-pressed={pressed}
      onClick={() => command(id).perform(workbench)}
      {...commandTip(id)}
    >
      <Icon size={18} />
    </button>
  );
}

function UnlabeledBrushButton() {
  const { painting } = useWorkbench();
  const pressed = useApp(
    ({ painting: { toolId, activeClassId } }) => toolId === 'brush' && activeClassId === UNLABELED,
  );
  return (
    <button
      type="button"
      className={controls.icon}
      aria-label="Unlabeled brush"
      aria-pressed={pressed}
      onClick={() => {
        painting.selectTool('brush');
        painting.selectClass(UNLABELED);
      }}
      {...commandTip('unlabeled')}
    >
      <Eraser size={18} />
    </button>
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
