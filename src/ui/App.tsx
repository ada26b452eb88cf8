import { type DragEvent, useEffect, useState } from 'react';
import { tinykeys } from 'tinykeys';
import { COMMANDS } from '../workbench/commands.ts';
import styles from './App.module.css';
import { useApp, useWorkbench } from './appContext.ts';
import { ClassList } from './ClassList.tsx';
import { LearnerPanel } from './LearnerPanel.tsx';
import { PictureStrip } from './PictureStrip.tsx';
import { ScoresPanel } from './ScoresPanel.tsx';
import { Stage } from './Stage.tsx';
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
  return (
    <div className={styles.page} {...handlers}>
      <TopBar />
      <ToolRail />
      <Stage />
      <aside className={styles.panel} aria-label="Learner">
        <ClassList />
        <TrainButtons />
        <ScoresPanel />
        <LearnerPanel />
      </aside>
      <PictureStrip />
      {dropping && <div className={styles.dropTarget}>Drop pictures to open them</div>}
      <TooltipLayer />
    </div>
  );
}

/** Binds the command list and the digits to the keyboard, except where text is typed. */
function useShortcuts(): void {
  const workbench = useWorkbench();
  useEffect(() => {
    const outsideText = (perform: () => void) => (event: KeyboardEvent) => {
      if (
        event.target instanceof Element &&
        event.target.closest('input:not([type=range]), textarea, select, dialog')
      ) {
        return;
      }
      // Escape also closes menus and dialogs, which is the browser's to do.
      if (event.key !== 'Escape') event.preventDefault();
      perform();
    };
    const bindings: Record<string, (event: KeyboardEvent) => void> = {};
    for (const command of COMMANDS) {
      for (const key of command.keys) bindings[key] = outsideText(() => command.perform(workbench));
    }
    for (let digit = 1; digit <= 9; digit++) {
      bindings[String(digit)] = outsideText(() => workbench.selectClassAt(digit - 1));
    }
    return tinykeys(window, bindings);
  }, [workbench]);
}

function useTheme(): void {
  const theme = useApp((state) => state.theme);
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
}

/** Labels live in this page alone: a person who painted is asked before it closes. */
function useLeaveWarning(): void {
  const painted = useApp((state) => state.canUndo);
  useEffect(() => {
    if (!painted) return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [painted]);
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
      event.preventDefault();
      setDropping(false);
      for (const file of event.dataTransfer.files) void workbench.openFile(file);
    },
  };
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      for (const file of event.clipboardData?.files ?? []) void workbench.openFile(file);
    };
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, [workbench]);
  return { dropping, handlers };
}
