import { History, Pause, Play, RefreshCw, RotateCcw, StepForward } from 'lucide-react';
import { type PrimaryAction, primaryAction, restorableStep } from '../../state/selectors.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { commandTip } from '../controls/tooltip.ts';
import { percent } from '../strings.ts';
import styles from './TrainButtons.module.css';
import { continueWords } from './trainWords.ts';

const PRIMARY_TIPS = {
  Train: 'Learn from the strokes, step by step',
  Pause: 'Stop after the step under way',
  'Start again': 'Start the learner again, with the newest copy of its network',
} as const;

export function TrainButtons() {
  const workbench = useWorkbench();
  const action = useApp((state) => primaryAction(state.training));
  const phase = useApp((state) => state.training.phase);
  const step = useApp((state) => state.training.step);
  const stepBudget = useApp((state) => state.training.stepBudget);
  const settings = useApp((state) => state.training.settings);
  const classesLabeled = useApp((state) => state.document.trainedClassCount);
  return (
    <section aria-label="Training" className={styles.section}>
      <div className={styles.buttons}>
        <button
          type="button"
          className={`${controls.primary} ${styles.primary}`}
          data-anchor="train"
          disabled={phase === 'loading' || (classesLabeled === 0 && (action === 'Train' || action === 'Continue'))}
          onClick={() => workbench.training.toggle()}
          {...commandTip(
            'train',
            action === 'Continue' ? continueWords({ step, stepBudget }, settings) : PRIMARY_TIPS[action],
          )}
        >
          <PrimaryIcon action={action} />
          <span>{action}</span>
        </button>
        {phase !== 'stopped' && <OtherButtons isWaiting={phase === 'loading'} />}
      </div>
      <progress
        className={`${controls.progress} ${styles.progress}`}
        value={phase === 'compiling' ? undefined : Math.min(step, stepBudget)}
        max={Math.max(1, stepBudget)}
        aria-label="Steps of the budget"
      />
      <RestoreBest />
      {classesLabeled === 1 && (
        <p className={controls.warning}>
          Only one class has labels: the network will call everything that. Paint a second one.
        </p>
      )}
    </section>
  );
}

/** What there is to do with a learner besides. */
function OtherButtons({ isWaiting }: { isWaiting: boolean }) {
  const workbench = useWorkbench();
  const step = useApp((state) => state.training.step);
  const classesLabeled = useApp((state) => state.document.trainedClassCount);
  return (
    <>
      <button
        type="button"
        className={controls.button}
        disabled={isWaiting || classesLabeled === 0}
        onClick={() => workbench.training.step()}
        {...commandTip('step')}
      >
        <StepForward size={15} />
        Step
      </button>
      <button
        type="button"
        className={controls.button}
        disabled={isWaiting || step === 0}
        onClick={() => workbench.training.reset()}
        {...commandTip('reset')}
      >
        <RotateCcw size={15} />
        Reset
      </button>
    </>
  );
}

function PrimaryIcon({ action }: { action: PrimaryAction }) {
  if (action === 'Pause') return <Pause size={16} fill="currentColor" />;
  return action === 'Start again' ? <RefreshCw size={16} /> : <Play size={16} fill="currentColor" />;
}

/** Offered where training has come to rest on weights that are not the best it had. */
function RestoreBest() {
  const workbench = useWorkbench();
  const step = useApp((state) => restorableStep(state.training));
  const bestIou = useApp((state) => state.training.bestLearner?.meanIou ?? null);
  const iou = useApp((state) => state.training.heldOutScores?.meanIou ?? null);
  if (step === null) return null;
  return (
    <button
      type="button"
      className={controls.button}
      onClick={() => workbench.training.restoreBest()}
      {...commandTip(
        'restoreBest',
        `Go back to the weights of step ${step}: mean IoU ${percent(bestIou)} on held-out strokes, now ${percent(iou)}`,
      )}
    >
      <History size={15} />
      <span>{`Restore best (step ${step})`}</span>
    </button>
  );
}
