import { useEffect, useState } from 'react';
import { TRIED_RATES } from '../../../metrics/learningRateCurve.ts';
import type { RateSearchState } from '../../../state/training.ts';
import { useApp, useWorkbench } from '../../appContext.ts';
import controls from '../../controls/controls.module.css';
import { DialogButtons, ModalDialog } from '../../controls/ModalDialog.tsx';
import { RateChart } from './RateChart.tsx';
import styles from './RateFinderDialog.module.css';
import { roundedRate } from './rateWords.ts';

/** The search for a learning rate: its curve while it runs, then a suggestion and any other rate on the curve. */
export function RateFinderDialog() {
  const isOpen = useApp((state) => state.view.dialog?.name === 'learningRate');
  if (!isOpen) return null;
  return (
    <ModalDialog title="Find a learning rate">
      <RateFinder />
    </ModalDialog>
  );
}

function RateFinder() {
  const workbench = useWorkbench();
  const search = useApp((state) => state.training.rateSearch);
  const [picked, setPicked] = useState<number | null>(null);
  useEffect(() => {
    workbench.rates.start();
    return () => workbench.rates.stop();
  }, [workbench]);
  const isRunning = search?.isOver === false;
  const chosen = isRunning ? null : (picked ?? search?.suggestion ?? null);
  return (
    <>
      <p className={styles.lead}>
        A trial run on a copy of the learner: the rate grows at every step, and the loss says how far it may. Your
        learner stays as it is.
      </p>
      <div className={styles.plot}>
        <RateChart suggestion={search?.suggestion ?? null} chosen={chosen} onChoose={isRunning ? null : setPicked} />
        <input
          type="range"
          className={styles.slider}
          aria-label="Learning rate on the curve"
          aria-valuetext={chosen === null ? 'none' : String(roundedRate(chosen))}
          min={-6}
          max={0}
          step={0.05}
          disabled={isRunning || search?.tried === 0}
          value={Math.log10(chosen ?? 1e-3)}
          onChange={(event) => setPicked(10 ** Number(event.target.value))}
        />
      </div>
      <p role="status" className={styles.status}>
        <SearchWords search={search} />
      </p>
      <DialogButtons>
        <button type="button" className={controls.button} onClick={() => workbench.openDialog(null)}>
          Close
        </button>
        <button
          type="button"
          className={controls.button}
          onClick={() => {
            setPicked(null);
            if (isRunning) workbench.rates.stop();
            else workbench.rates.start();
          }}
        >
          {isRunning ? 'Stop' : 'Try again'}
        </button>
        <button
          type="button"
          className={controls.primary}
          disabled={chosen === null}
          onClick={() => {
            if (chosen !== null) workbench.training.updateSettings({ learningRate: roundedRate(chosen) });
            workbench.openDialog(null);
          }}
        >
          {chosen === null ? 'Use this rate' : `Use ${roundedRate(chosen)}`}
        </button>
      </DialogButtons>
    </>
  );
}

function SearchWords({ search }: { readonly search: RateSearchState | null }) {
  const phase = useApp((state) => state.training.phase);
  const trouble = useApp((state) => (state.training.phase === 'stopped' ? state.training.notice : null));
  if (search === null || trouble !== null) return trouble;
  if (!search.isOver) {
    return phase === 'compiling'
      ? 'Compiling the network for this device…'
      : `Tried ${search.tried} of ${TRIED_RATES}.`;
  }
  const pick = 'Click the curve for another one.';
  if (search.suggestion === null)
    return [search.notice, search.tried > 0 && 'Click the curve for one.'].filter(Boolean).join(' ');
  return `Suggested: ${roundedRate(search.suggestion)}, half-way down the longest valley. ${pick}`;
}
