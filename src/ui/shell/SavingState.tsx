import { Check, CircleDashed, CloudAlert, LoaderCircle } from 'lucide-react';
import { isNetworkAhead } from '../../state/selectors.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { tip } from '../controls/tooltip.ts';
import styles from './SavingState.module.css';

const NOT_SAVED =
  'The browser could not store the newest changes: they are in this page alone. Press to save the project as a file.';

const SAVED = 'Everything is stored in this browser, on this device alone';
const AHEAD =
  'All labels are stored in this browser; the network is stored every few seconds while it trains, and at rest';

/** Whether the work is kept, in a word; told aloud only when it is not. */
export function SavingState() {
  const workbench = useWorkbench();
  const saving = useApp((state) => state.project.saving);
  const storedStep = useApp((state) => state.project.storedStep);
  const isAhead = useApp(isNetworkAhead);
  return (
    <>
      {saving === 'saving' && (
        <span className={styles.state}>
          <LoaderCircle size={14} aria-hidden="true" />
          <span>Saving…</span>
        </span>
      )}
      {saving === 'saved' && (
        <span className={styles.state} {...tip(isAhead ? AHEAD : SAVED)}>
          {isAhead ? <CircleDashed size={14} aria-hidden="true" /> : <Check size={14} aria-hidden="true" />}
          <span>{isAhead ? aheadWords(storedStep) : 'Saved'}</span>
        </span>
      )}
      {saving === 'failed' && (
        <button
          type="button"
          className={`${styles.state} ${styles.failed}`}
          onClick={() => void workbench.projects.saveFile()}
          {...tip(NOT_SAVED)}
        >
          <CloudAlert size={15} aria-hidden="true" />
          <span>Not saved</span>
        </button>
      )}
      <span className={styles.spoken} role="status">
        {saving === 'failed' && 'The newest changes could not be stored. Save the project as a file to keep them.'}
      </span>
    </>
  );
}

/** What is stored while the network is further than its stored copy. */
function aheadWords(storedStep: number | null): string {
  return storedStep === null ? 'Labels saved' : `Saved to step ${storedStep}`;
}
