import { useState } from 'react';
import { UNLABELED } from '../../labels/planes.ts';
import type { SegmentationClass } from '../../settings/classes.ts';
import { openTitle } from '../../state/selectors.ts';
import type { PendingMask } from '../../workbench/pictures/pictureActions.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { DialogButtons, ModalDialog } from '../controls/ModalDialog.tsx';
import styles from './ImportMaskDialog.module.css';
import { entryName, type MaskTarget, overflowWarning } from './maskWords.ts';
import { shortPercent } from './pictureWords.ts';

/** Which class each value of a mask file means. */
export function ImportMaskDialog() {
  const workbench = useWorkbench();
  const isOpen = useApp((state) => state.view.dialog?.name === 'importMask');
  const pending = isOpen ? workbench.pictures.pendingMask : null;
  if (pending === null) return null;
  return (
    <ModalDialog title="Import a mask">
      <MappingForm pending={pending} />
    </ModalDialog>
  );
}

function MappingForm({ pending }: { readonly pending: PendingMask }) {
  const workbench = useWorkbench();
  const classes = useApp((state) => state.document.classes);
  const title = useApp(openTitle);
  const [mapping, setMapping] = useState(pending.mapping);
  const { fileName, entries } = pending;
  const totalPixels = entries.reduce((sum, { pixelCount }) => sum + pixelCount, 0);
  const warning = overflowWarning(mapping, classes.length);
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        workbench.openDialog(null);
        workbench.pictures.applyMask(mapping);
      }}
    >
      <p className={styles.lead}>
        {`What does each value of “${fileName}” mean in “${title}”? What is unlabeled there leaves your labels as they are.`}
      </p>
      <div className={styles.scroller}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Value</th>
              <th scope="col" className={styles.share}>
                Share
              </th>
              <th scope="col">Becomes</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry, i) => (
              <tr key={`${entry.value} ${entry.color}`}>
                <th scope="row">
                  <span className={styles.swatch} style={{ background: entry.color }} />
                  <span>{entryName(entry)}</span>
                </th>
                <td className={styles.share}>{shortPercent(entry.pixelCount / totalPixels)}</td>
                <td>
                  <TargetSelect
                    label={`What ${entryName(entry)} becomes`}
                    target={mapping[i] ?? UNLABELED}
                    classes={classes}
                    onChange={(target) => setMapping(mapping.with(i, target))}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {warning !== null && <p className={controls.warning}>{warning}</p>}
      <DialogButtons>
        <button
          type="button"
          className={controls.button}
          onClick={() => {
            workbench.pictures.dropMask();
            workbench.openDialog(null);
          }}
        >
          Cancel
        </button>
        <button type="submit" className={controls.primary}>
          Apply
        </button>
      </DialogButtons>
    </form>
  );
}

interface TargetSelectProps {
  readonly label: string;
  readonly target: MaskTarget;
  readonly classes: readonly SegmentationClass[];
  onChange(target: MaskTarget): void;
}

function TargetSelect({ label, target, classes, onChange }: TargetSelectProps) {
  return (
    <select
      className={controls.select}
      aria-label={label}
      value={String(target)}
      onChange={({ target: { value } }) => onChange(value === 'new' ? 'new' : Number(value))}
    >
      {classes.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
      <hr />
      <option value="new">New class</option>
      <option value={UNLABELED}>Unlabeled</option>
    </select>
  );
}
