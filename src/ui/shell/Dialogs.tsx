import { useEffect } from 'react';
import { storedWords } from '../../workbench/project/storedWords.ts';
import { useWorkbench } from '../appContext.ts';
import { RemoveClassDialog } from '../classes/RemoveClassDialog.tsx';
import { CommandPalette } from '../commands/CommandPalette.tsx';
import { ShortcutSheet } from '../commands/ShortcutSheet.tsx';
import { ExportDialog } from '../export/ExportDialog.tsx';
import { FaultBoundary } from '../fault/FaultBoundary.tsx';
import { RateFinderDialog } from '../learner/rateFinder/RateFinderDialog.tsx';
import { CameraDialog } from '../pictures/CameraDialog.tsx';
import { ImportMaskDialog } from '../pictures/ImportMaskDialog.tsx';
import { SceneDialog } from '../pictures/SceneDialog.tsx';
import { ShareDialog } from '../share/ShareDialog.tsx';

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
