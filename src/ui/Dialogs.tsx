import { useEffect } from 'react';
import { storedWords } from '../workbench/storedWords.ts';
import { useWorkbench } from './appContext.ts';
import { CameraDialog } from './CameraDialog.tsx';
import { CommandPalette } from './CommandPalette.tsx';
import { ExportDialog } from './ExportDialog.tsx';
import { FaultBoundary } from './fault/FaultBoundary.tsx';
import { ImportMaskDialog } from './ImportMaskDialog.tsx';
import { RateFinderDialog } from './RateFinderDialog.tsx';
import { RemoveClassDialog } from './RemoveClassDialog.tsx';
import { SceneDialog } from './SceneDialog.tsx';
import { ShortcutSheet } from './ShortcutSheet.tsx';
import { ShareDialog } from './share/ShareDialog.tsx';

/** The dialogs, of which one at most is open. */
export function Dialogs() {
  return (
    <FaultBoundary fallback={(retry) => <BrokenDialog onClosed={retry} />}>
      <CommandPalette />
      <ShortcutSheet />
      <RemoveClassDialog />
      <ExportDialog />
      <ShareDialog />
      <ImportMaskDialog />
      <CameraDialog />
      <RateFinderDialog />
      <SceneDialog />
    </FaultBoundary>
  );
}

/** Closes a dialog that cannot be shown, and says so where it can be seen. */
function BrokenDialog({ onClosed }: { onClosed(): void }) {
  const workbench = useWorkbench();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it stands in the dialogs' place.
  useEffect(() => {
    workbench.openDialog(null);
    workbench.messages.error(`This dialog could not be shown. ${storedWords(workbench.store.getState())}`);
    onClosed();
  }, [workbench]);
  return null;
}
