import { useId, useRef, useState } from 'react';
import { EXPORT_KINDS, type ExportRequest } from '../../project/export/exportRequest.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { DialogButtons, ModalDialog } from '../controls/ModalDialog.tsx';
import { progressWords } from '../pictures/pictureWords.ts';
import styles from './ExportDialog.module.css';
import { ExportOptions } from './ExportOptions.tsx';
import {
  EXPORT_WORDS,
  FIRST_REQUEST,
  impossibleBecause,
  kindImpossibleBecause,
  settledRequest,
} from './exportChoices.ts';

/** What is exported, of which pictures, at which size; then how far it is. */
export function ExportDialog() {
  const isOpen = useApp((state) => state.view.dialog?.name === 'export');
  if (!isOpen) return null;
  return (
    <ModalDialog title="Export">
      <ExportForm />
    </ModalDialog>
  );
}

function ExportForm() {
  const workbench = useWorkbench();
  const [request, setRequest] = useState(FIRST_REQUEST);
  const [scope, setScope] = useState<'picture' | 'all'>('all');
  const hasPrediction = useApp((state) => state.training.step > 0 || state.training.predictionStep !== null);
  const exporting = useApp((state) => state.project.exporting);
  const cancelled = useRef(false);
  const impossible = impossibleBecause(request, hasPrediction);
  const start = async () => {
    cancelled.current = false;
    await workbench.exports.start({ ...settledRequest(request), scope });
    // What was cancelled can be asked for otherwise; what went wrong is told at the picture.
    if (!cancelled.current && workbench.store.getState().view.dialog?.name === 'export') workbench.openDialog(null);
  };
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <fieldset className={styles.fields} disabled={exporting !== null}>
        <Kinds
          what={request.what}
          hasPrediction={hasPrediction}
          onChange={(what) => setRequest({ ...request, what })}
        />
        <ExportOptions
          request={request}
          scope={scope}
          hasPrediction={hasPrediction}
          onChange={setRequest}
          onScope={setScope}
        />
      </fieldset>
      {exporting !== null && (
        <label className={styles.progress}>
          <span>{`Exporting picture ${progressWords({ ...exporting, done: exporting.done + 1 })}`}</span>
          <progress max={exporting.total} value={exporting.done} />
        </label>
      )}
      <DialogButtons>
        {exporting === null ? (
          <>
            <button type="button" className={controls.button} onClick={() => workbench.openDialog(null)}>
              Close
            </button>
            <button type="submit" className={controls.primary} disabled={impossible !== null}>
              Export
            </button>
          </>
        ) : (
          <button
            type="button"
            className={controls.button}
            onClick={() => {
              cancelled.current = true;
              workbench.exports.cancel();
            }}
          >
            Cancel
          </button>
        )}
      </DialogButtons>
    </form>
  );
}

interface KindsProps {
  readonly what: ExportRequest['what'];
  readonly hasPrediction: boolean;
  onChange(what: ExportRequest['what']): void;
}

function Kinds({ what, hasPrediction, onChange }: KindsProps) {
  const name = useId();
  return (
    <div role="radiogroup" aria-label="What to export" className={styles.kinds}>
      {EXPORT_KINDS.map((kind) => {
        const because = kindImpossibleBecause(kind, hasPrediction);
        return (
          <label key={kind} className={styles.kind} data-impossible={because !== null}>
            <input
              type="radio"
              name={name}
              checked={what === kind}
              disabled={because !== null}
              onChange={() => onChange(kind)}
            />
            <strong>{EXPORT_WORDS[kind].name}</strong>
            <span>{because ?? EXPORT_WORDS[kind].hint}</span>
          </label>
        );
      })}
    </div>
  );
}
