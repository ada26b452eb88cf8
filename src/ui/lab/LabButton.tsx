import { FlaskConical } from 'lucide-react';
import { command } from '../../workbench/commands/commands.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { commandTip } from '../controls/tooltip.ts';
import { LAB_PANEL_LIST } from './labPanels.ts';

/** Opens and closes the teaching lab; there while it has a panel that is not hidden. */
export function LabButton() {
  const workbench = useWorkbench();
  const isOpen = useApp((state) => state.view.labPanel !== null);
  const hiddenPanels = useApp((state) => state.view.hiddenPanels);
  const isThere = !hiddenPanels.has('lab') && LAB_PANEL_LIST.some(({ id }) => !hiddenPanels.has(id));
  if (!isThere) return null;
  return (
    <button
      type="button"
      className={controls.icon}
      aria-label="Lab"
      aria-pressed={isOpen}
      onClick={() => command('lab').perform(workbench)}
      {...commandTip('lab', 'The lab: compare two learners, take a step apart, break it')}
    >
      <FlaskConical size={18} />
    </button>
  );
}
