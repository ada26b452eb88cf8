import { Crosshair, X } from 'lucide-react';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import { tip } from '../controls/tooltip.ts';
import styles from './SuggestionHint.module.css';

/** Offers a place for the next stroke while nothing trains; once it is shown, says why it is worth one. */
export function SuggestionHint() {
  const { suggestions } = useWorkbench();
  const reason = useApp((state) => state.document.suggestion);
  const offered = useApp(
    ({ training, timeline }) =>
      training.predictionStep !== null && timeline.pastStep === null && training.phase !== 'training',
  );
  return (
    <>
      {/* It stands before there is a reason, so that one is announced when it comes. */}
      <div role="status" className={styles.hint} hidden={reason === null}>
        <span>{reason}</span>
        {reason !== null && (
          <>
            <button type="button" className={controls.button} onClick={() => suggestions.show('doubt')}>
              Another
            </button>
            <button
              type="button"
              className={controls.icon}
              aria-label="Take the ring away"
              onClick={() => suggestions.clear()}
            >
              <X size={16} />
            </button>
          </>
        )}
      </div>
      {reason === null && offered && (
        <button
          type="button"
          className={styles.offer}
          onClick={() => suggestions.show('doubt')}
          {...tip('A ring around the place where the network is least sure (M)')}
        >
          <Crosshair size={14} />
          Where to paint next?
        </button>
      )}
    </>
  );
}
