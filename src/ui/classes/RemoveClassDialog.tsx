import { type FormEvent, useState } from 'react';
import { UNLABELED } from '../../labels/planes.ts';
import type { SegmentationClass } from '../../settings/classes.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { Choice } from '../controls/fields.tsx';
import { DialogButtons, ModalDialog } from '../controls/ModalDialog.tsx';
import styles from './RemoveClassDialog.module.css';

/** Asks what becomes of a class's pixels before it goes. */
export function RemoveClassDialog() {
  const classId = useApp(({ view }) => (view.dialog?.name === 'removeClass' ? view.dialog.classId : null));
  const removed = useApp(({ document }) => document.classes.find(({ id }) => id === classId));
  if (removed === undefined) return null;
  return (
    <ModalDialog title={`Remove “${removed.name}”`}>
      <Question removed={removed} />
    </ModalDialog>
  );
}

function Question({ removed }: { readonly removed: SegmentationClass }) {
  const workbench = useWorkbench();
  const classes = useApp((state) => state.document.classes);
  const lockedClassIds = useApp((state) => state.document.lockedClassIds);
  const targets = classes.filter(({ id }) => id !== removed.id && !lockedClassIds.has(id));
  const [becomesClass, setBecomesClass] = useState(false);
  const [targetId, setTargetId] = useState(targets[0]?.id ?? UNLABELED);
  const counts = workbench.project?.document.pictures.map((picture) => picture.counts[removed.id] ?? 0) ?? [];
  const pixels = counts.reduce((sum, count) => sum + count, 0);
  const pictures = counts.filter((count) => count > 0).length;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    workbench.openDialog(null);
    workbench.classes.removeInto(removed.id, becomesClass ? targetId : UNLABELED);
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <p>
        {`${pixels.toLocaleString('en')} labeled ${pixels === 1 ? 'pixel is' : 'pixels are'} ${removed.name}${
          pictures > 1 ? `, in ${pictures} pictures` : ''
        }. What becomes of them?`}
      </p>
      <label className={styles.fate}>
        <input type="radio" name="fate" checked={!becomesClass} onChange={() => setBecomesClass(false)} />
        They become unlabeled
      </label>
      <label className={styles.fate}>
        <input
          type="radio"
          name="fate"
          checked={becomesClass}
          disabled={targets.length === 0}
          onChange={() => setBecomesClass(true)}
        />
        They become another class
      </label>
      {becomesClass && (
        <Choice
          label="The class they become"
          value={String(targetId)}
          options={targets.map(({ id, name }) => ({ value: String(id), name }))}
          onChange={(id) => setTargetId(Number(id))}
        />
      )}
      <DialogButtons>
        <button type="button" className={controls.button} onClick={() => workbench.openDialog(null)}>
          Cancel
        </button>
        <button type="submit" className={controls.primary}>
          {becomesClass ? 'Merge' : 'Remove'}
        </button>
      </DialogButtons>
    </form>
  );
}
