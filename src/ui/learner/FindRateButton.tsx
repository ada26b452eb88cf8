import { command } from '../../workbench/commands/commands.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { tip } from '../controls/tooltip.ts';
import styles from './FindRateButton.module.css';

/** Opens the search for a learning rate, beside the field that it fills. */
export function FindRateButton() {
  const workbench = useWorkbench();
  const { label, refusal } = command('findRate');
  const refused = useApp((state) => refusal?.(state) ?? null);
  return (
    <button
      type="button"
      className={`${controls.button} ${styles.find}`}
      aria-label={label}
      disabled={refused !== null}
      onClick={() => workbench.rates.open()}
      {...tip(refused ?? 'Tries rates from tiny to large on a copy of the learner and suggests one')}
    >
      Find
    </button>
  );
}
