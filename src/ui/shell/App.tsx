import { type DragEvent, useEffect, useState } from 'react';
import type { PagePanelId } from '../../settings/panels.ts';
import { isLostWithThePage } from '../../state/selectors.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { ClassList } from '../classes/ClassList.tsx';
import { useShortcuts } from '../commands/shortcuts.ts';
import { TooltipLayer } from '../controls/TooltipLayer.tsx';
import { PanelBoundary } from '../fault/PanelBoundary.tsx';
import { LabDock } from '../lab/LabDock.tsx';
import { LearnerPanel } from '../learner/LearnerPanel.tsx';
import { TrainButtons } from '../learner/TrainButtons.tsx';
import { LessonCard } from '../lessons/LessonCard.tsx';
import { PictureStrip } from '../pictures/PictureStrip.tsx';
import { ScoresPanel } from '../scores/ScoresPanel.tsx';
import { Stage } from '../stage/Stage.tsx';
import { ToolRail } from '../tools/ToolRail.tsx';
import styles from './App.module.css';
import { Dialogs } from './Dialogs.tsx';
import { FileFields } from './FileFields.tsx';
import { FrameBar } from './FrameBar.tsx';
import { TopBar } from './TopBar.tsx';

/** The page. */
export function App() {
  useShortcuts();
  useTheme();
  useLeaveWarning();
  const { dropping, handlers } = useFileDrop();
  const hiddenPanels = useApp((state) => state.view.hiddenPanels);
  const isFramed = useApp((state) => state.view.isFramed);
  const hasLab = useApp((state) => state.view.labPanel !== null);
  const shows = (panel: PagePanelId) => !hiddenPanels.has(panel);
  return (
    <div className={styles.page} data-lab={hasLab} data-framed={isFramed} {...handlers}>
      <PanelBoundary name="The bar at the top" area="top">
        {isFramed ? <FrameBar /> : <TopBar />}
      </PanelBoundary>
      {shows('tools') && (
        <PanelBoundary name="The tools" area="rail">
          <ToolRail />
        </PanelBoundary>
      )}
      <PanelBoundary name="The picture" area="stage">
        <Stage />
      </PanelBoundary>
      <PanelBoundary name="The lesson" area="lesson">
        <LessonCard />
      </PanelBoundary>
      <PanelBoundary name="The lab" area="lab">
        <LabDock />
      </PanelBoundary>
      <aside className={styles.panel} aria-label="Learner">
        {shows('classes') && (
          <PanelBoundary name="The list of classes">
            <ClassList />
          </PanelBoundary>
        )}
        <PanelBoundary name="The training buttons">
          <TrainButtons />
        </PanelBoundary>
        {shows('scores') && (
          <PanelBoundary name="The scores">
            <ScoresPanel />
          </PanelBoundary>
        )}
        {shows('learner') && (
          <PanelBoundary name="The learner’s settings">
            <LearnerPanel />
          </PanelBoundary>
        )}
      </aside>
      {shows('pictures') && !isFramed && (
        <PanelBoundary name="The list of pictures" area="strip">
          <PictureStrip />
        </PanelBoundary>
      )}
      {dropping && <div className={styles.dropTarget}>Drop pictures, folders or a project file to open them</div>}
      <FileFields />
      <Dialogs />
      <TooltipLayer />
    </div>
  );
}

function useTheme(): void {
  const theme = useApp((state) => state.view.theme);
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
}

/** A person is asked before the page closes on what is not stored and what cannot be stored on the way out. */
function useLeaveWarning(): void {
  const isUnsaved = useApp(isLostWithThePage);
  useEffect(() => {
    if (!isUnsaved) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [isUnsaved]);
}

function useFileDrop() {
  const workbench = useWorkbench();
  const [dropping, setDropping] = useState(false);
  const handlers = {
    onDragOver(event: DragEvent) {
      if (!event.dataTransfer.types.includes('Files')) return;
      event.preventDefault();
      setDropping(true);
    },
    onDragLeave(event: DragEvent) {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(false);
    },
    onDrop(event: DragEvent) {
      if (!event.dataTransfer.types.includes('Files')) return;
      event.preventDefault();
      setDropping(false);
      void workbench.pictures.addFromDrop(event.dataTransfer);
    },
  };
  useEffect(() => {
    const paste = ({ clipboardData }: ClipboardEvent) => {
      if (clipboardData !== null && clipboardData.files.length > 0) void workbench.pictures.addFromPaste(clipboardData);
    };
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, [workbench]);
  return { dropping, handlers };
}
