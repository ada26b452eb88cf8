import { useState } from 'react';
import { hasTruth } from '../../state/selectors.ts';
import type { CurveName } from '../../training/curves.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { Chart } from '../charts/Chart.tsx';
import legend from '../charts/chartLegend.module.css';
import type { ChartAxis, ChartCurve } from '../charts/chartOptions.ts';
import { followCurves, joinedCurves } from '../charts/curves.ts';
import { tip } from '../controls/tooltip.ts';
import styles from './LossChart.module.css';
import { shortLoss } from './lossWords.ts';

/** What the right axis shows: of the labels learned from, of held-out strokes, by the exact mask. */
const SCORES = {
  accuracy: { name: 'accuracy', curves: ['maskedAccuracy', 'heldOutAccuracy', 'trueAccuracy'] },
  meanIou: { name: 'mean IoU', curves: ['meanIou', 'heldOutMeanIou', 'trueMeanIou'] },
} as const satisfies Record<string, { readonly name: string; readonly curves: readonly CurveName[] }>;

const LEARNED = 0;
const HELD_OUT = 1;
const TRUE = 2;

const STEPS: ChartAxis = {
  range: (low, high) => [low ?? 0, Math.max(high ?? 0, (low ?? 0) + 20)],
  sizePx: 18,
  gapPx: 2,
};
const LOSS: ChartAxis = { range: (_, high) => [0, Math.max(high ?? 1, 1e-3) * 1.05], sizePx: 28, gapPx: 3 };
const SHARE: ChartAxis = {
  range: [0, 1.02],
  isOnTheRight: true,
  hasGrid: true,
  sizePx: 34,
  gapPx: 3,
  ticks: [0, 0.5, 1],
  wordOf: (share) => `${Math.round(share * 100)} %`,
};

/** Loss (left axis) and accuracies or mean IoUs (right axis) over the steps. */
export function LossChart() {
  const workbench = useWorkbench();
  const knowsTruth = useApp(hasTruth);
  const holdsOut = useApp((state) => state.project.holdOut !== null);
  const [score, setScore] = useState<keyof typeof SCORES>('accuracy');
  const loss = useApp((state) => state.training.loss);

  const kinds = [LEARNED, ...(holdsOut ? [HELD_OUT] : []), ...(knowsTruth ? [TRUE] : [])];
  const names = ['loss' as const, ...kinds.map((kind) => SCORES[score].curves[kind] as CurveName)];
  return (
    <div className={styles.section}>
      <header className={styles.header}>
        <h2>Curves</h2>
        <ul className={`${legend.legend} ${styles.legend}`}>
          <li className={styles.loss}>{loss === null ? 'loss' : `loss ${shortLoss(loss)}`}</li>
          <li className={styles.accuracy}>
            <button
              type="button"
              onClick={() => setScore(score === 'accuracy' ? 'meanIou' : 'accuracy')}
              {...tip(`Draw the ${SCORES[score === 'accuracy' ? 'meanIou' : 'accuracy'].name} instead`)}
            >
              {SCORES[score].name}
            </button>
          </li>
          {holdsOut && <li className={styles.heldOut}>held out</li>}
          {knowsTruth && <li className={styles.truth}>true</li>}
        </ul>
      </header>
      <Chart
        key={names.join()}
        label={`Curves of the loss and the ${SCORES[score].name}`}
        heightPx={96}
        paddingPx={[8, 2, 0, 2]}
        x={STEPS}
        axes={[LOSS, SHARE]}
        curves={[{ color: '--loss' }, ...kinds.map(curveOf)]}
        data={() => joinedCurves(names.map((name) => workbench.training.curves?.[name]))}
        follow={(update) => followCurves(workbench, update)}
      />
    </div>
  );
}

function curveOf(kind: number): ChartCurve {
  return { axis: 1, color: kind === HELD_OUT ? '--good' : '--accent', isDashed: kind === TRUE };
}
