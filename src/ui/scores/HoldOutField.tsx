import { useApp, useWorkbench } from '../appContext.ts';
import fields from '../controls/fields.module.css';
import { Toggle } from '../controls/fields.tsx';
import { commandTip } from '../controls/tooltip.ts';
import styles from './HoldOutField.module.css';
import { heldOutCount } from './heldOutWords.ts';

const HINT =
  'Keeps a fifth of the strokes out of training, whole ones, and scores the prediction on them: a figure that learning by heart does not raise';

/** Whether strokes are kept out of training to score with, and how many are. */
export function HoldOutField() {
  const workbench = useWorkbench();
  const holdOut = useApp((state) => state.project.holdOut);
  const count = holdOut && heldOutCount(holdOut);
  return (
    <div>
      <div className={styles.field} data-anchor="holdOut">
        <span {...commandTip('holdOut', HINT)}>
          {count === null ? 'Hold out strokes' : <HatchedText text={count} />}
        </span>
        <Toggle label="Hold out strokes" value={holdOut !== null} onChange={() => workbench.training.toggleHoldOut()} />
      </div>
      {holdOut !== null && count === null && (
        <p className={fields.note}>Paint a second stroke of a class to hold one out.</p>
      )}
    </div>
  );
}

/** With the look that held-out strokes have in the picture. */
function HatchedText({ text }: { readonly text: string }) {
  return (
    <>
      <i className={styles.hatch} />
      <span>{text}</span>
    </>
  );
}
