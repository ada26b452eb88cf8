import { useApp, useWorkbench } from '../appContext.ts';
import styles from '../controls/fields.module.css';
import { Choice, Field, NumberField, Toggle } from '../controls/fields.tsx';

const SHARES = [0, 0.1, 0.2, 0.3, 0.4, 0.5] as const;

/** How many strokes are held out, and what training does with their scores. */
export function HoldOutSection() {
  const workbench = useWorkbench();
  const { heldOutShare, earlyStop, restoreBest } = useApp((state) => state.training.settings);
  const shares = SHARES.includes(heldOutShare as (typeof SHARES)[number]) ? SHARES : [...SHARES, heldOutShare];
  return (
    <>
      <Field
        label="Share of the strokes"
        hint="Of each class the first stroke is learned from and the second held out; of the others, by lot, this share."
      >
        <Choice
          label="Share of the strokes"
          value={String(heldOutShare)}
          options={shares.map((share) => ({
            value: String(share),
            name: share === 0 ? 'None' : `${Math.round(100 * share)} %`,
          }))}
          onChange={(share) => workbench.training.updateSettings({ heldOutShare: Number(share) })}
        />
      </Field>
      {heldOutShare > 0 ? (
        <>
          <Field
            label="Stop early after, steps"
            hint="Training ends when the mean IoU on held-out strokes has not risen for so many steps. 0: it does not."
          >
            <NumberField
              label="Stop early after, steps"
              value={earlyStop.patienceSteps}
              min={0}
              max={100_000}
              whole
              onChange={(patienceSteps) => workbench.training.updateSettings({ earlyStop: { patienceSteps } })}
            />
          </Field>
          <Field
            label="Restore the best"
            hint="An early stop goes back to the weights that were best; Undo takes that back."
          >
            <Toggle
              label="Restore the best"
              value={restoreBest}
              onChange={(wanted) => workbench.training.updateSettings({ restoreBest: wanted })}
            />
          </Field>
        </>
      ) : (
        <p className={styles.note}>Training can stop by held-out strokes, and keep the best weights.</p>
      )}
    </>
  );
}
