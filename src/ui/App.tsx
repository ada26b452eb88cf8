import { type DragEvent, useEffect, useState } from 'react';
import type { PagePanelId } from '../settings/panels.ts';
import styles from './App.module.css';
import { useApp, useWorkbench } from './appContext.ts';
import { CameraDialog } from './CameraDialog.tsx';
import { ClassList } from './ClassList.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { ExportDialog } from './ExportDialog.tsx';
import { FileFields } from './FileFields.tsx';
import { FrameBar } from './FrameBar.tsx';
import { ImportMaskDialog } from './ImportMaskDialog.tsx';
import { LearnerPanel } from './LearnerPanel.tsx';
import { LabDock } from './lab/LabDock.tsx';
import { LessonCard } from './lessons/LessonCard.tsx';
import { PictureStrip } from './PictureStrip.tsx';
import { RateFinderDialog } from './RateFinderDialog.tsx';
import { RemoveClassDialog } from './RemoveClassDialog.tsx';
import { SceneDialog } from './SceneDialog.tsx';
import { ScoresPanel } from './ScoresPanel.tsx';
import { ShortcutSheet } from './ShortcutSheet.tsx';
import { Stage } from './Stage.tsx';
import { ShareDialog } from './share/ShareDialog.tsx';
import { useShortcuts } from './shortcuts.ts';
import { ToolRail } from './ToolRail.tsx';
import { TooltipLayer } from './TooltipLayer.tsx';
import { TopBar } from './TopBar.tsx';
import { TrainButtons } from './TrainButtons.tsx';

/** The page. */
export function App() {
  useShortcuts();
  useTheme();
  useLeaveWarning();
  const { dropping, handlers } = useFileDrop();
  const hiddenPanels = useApp((state) => state.hiddenPanels);
  const isFramed = useApp((state) => state.isFramed);
  const hasLab = useApp((state) => state.labPanel !== null);
  const shows = (panel: PagePanelId) => !hiddenPanels.has(panel);
  return (
    <div className={styles.page} data-lab={hasLab} data-framed={isFramed} {...handlers}>
      {isFramed ? <FrameBar /> : <TopBar />}
      {shows('tools') && <ToolRail />}
      <Stage />
      <LessonCard />
      <LabDock />
      <aside className={styles.panel} aria-label="Learner">
        {shows('classes') && <ClassList />}
        <TrainButtons />
        {shows('scores') && <ScoresPanel />}
        {shows('learner') && <LearnerPanel />}
      </aside>
      {shows('pictures') && !isFramed && <PictureStrip />}
      {dropping && <div className={styles.dropTarget}>Drop pictures, folders or a project file to open them</div>}
      <FileFields />
      <CommandPalette />
      <ShortcutSheet />
      <RemoveClassDialog />
      <ExportDialog />
      <ShareDialog />
      <ImportMaskDialog />
      <CameraDialog />
      <RateFinderDialog />
      <SceneDialog />
      <TooltipLayer />
    </div>
  );
}

function useTheme(): void {
  const theme = useApp((state) => state.theme);
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
}

/** A person who painted what is not stored yet is asked before the page closes. */
function useLeaveWarning(): void {
  const isUnsaved = useApp((state) => state.canUndo && state.saving !== 'saved' && !state.isFramed);
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
