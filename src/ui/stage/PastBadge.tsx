import { History } from 'lucide-react';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import styles from './PastBadge.module.css';

/** Says that the prediction on the screen is one of then, and leads back to now. */
export function PastBadge() {
  const { timeline } = useWorkbench();
  const past = useApp((state) => state.timeline.shownPastStep);
  const step = useApp((state) => state.training.step);
  return (
    <div role="status" className={styles.badge} hidden={past === null}>
      {past !== null && (
        <>
          <History size={16} />
          <span>{`You see step ${past} of ${step}`}</span>
          <button type="button" className={controls.button} onClick={() => timeline.now()}>
            Now
          </button>
        </>
      )}
    </div>
  );
}
