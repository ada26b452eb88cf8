import { useState } from 'react';
import type uPlot from 'uplot';
import type { CurveName } from '../../training/curves.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { axisStyle, frameOf, resolvedColor } from '../charts/chartStyle.ts';
import { joinedCurves, useCurveUpdates } from '../charts/useCurveUpdates.ts';
import { usePlot } from '../charts/usePlot.ts';
import { tip } from '../controls/tooltip.ts';
import legend from './chartLegend.module.css';
import styles from './LossChart.module.css';
import { shortLoss } from './lossWords.ts';

const HEIGHT_PX = 96;

/** What the right axis shows: of the labels learned from, of held-out strokes, by the exact mask. */
const SCORES = {
  accuracy: { name: 'accuracy', curves: ['maskedAccuracy', 'heldOutAccuracy', 'trueAccuracy'] },
  meanIou: { name: 'mean IoU', curves: ['meanIou', 'heldOutMeanIou', 'trueMeanIou'] },
} as const satisfies Record<string, { readonly name: string; readonly curves: readonly CurveName[] }>;

const LEARNED = 0;
const HELD_OUT = 1;
const TRUE = 2;

/** Loss (left axis) and accuracies or mean IoUs (right axis) over the steps. */
export function LossChart() {
  const workbench = useWorkbench();
  const hasTruth = useApp((state) => state.hasTruth);
  const holdsOut = useApp((state) => state.holdOut !== null);
  const [score, setScore] = useState<keyof typeof SCORES>('accuracy');
  const loss = useApp((state) => state.loss);

  const kinds = [LEARNED, ...(holdsOut ? [HELD_OUT] : []), ...(hasTruth ? [TRUE] : [])];
  const names = ['loss' as const, ...kinds.map((kind) => SCORES[score].curves[kind] as CurveName)];
  const { host, update } = usePlot(
    {
      options: (element) => chartOptions(element, kinds),
      data: () => joinedCurves(names.map((name) => workbench.training.curves?.[name])),
    },
    names.join(),
  );

  useCurveUpdates(update);

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
          {hasTruth && <li className={styles.truth}>true</li>}
        </ul>
      </header>
      <div
        ref={host}
        className={styles.chart}
        role="img"
        aria-label={`Curves of the loss and the ${SCORES[score].name}`}
      />
    </div>
  );
}

/** `kinds`: of the scores to be drawn, in their order. */
function chartOptions(element: HTMLElement, kinds: readonly number[]): uPlot.Options {
  const color = (name: string) => resolvedColor(element, name);
  const axis = axisStyle(element);
  const line = (name: string, scale: string, dash?: number[]): uPlot.Series => ({
    scale,
    stroke: color(name),
    width: 1.75,
    spanGaps: true,
    points: { show: false },
    ...(dash === undefined ? {} : { dash }),
  });
  return {
    ...frameOf(element, HEIGHT_PX),
    padding: [8, 2, 0, 2],
    scales: {
      x: { time: false, range: (_, low, high) => [low ?? 0, Math.max(high ?? 0, (low ?? 0) + 20)] },
      loss: { range: (_, __, high) => [0, Math.max(high ?? 1, 1e-3) * 1.05] },
      accuracy: { range: [0, 1.02] },
    },
    axes: [
      { ...axis, size: 18, gap: 2, grid: { show: false } },
      { ...axis, scale: 'loss', size: 28, gap: 3, grid: { show: false } },
      {
        ...axis,
        scale: 'accuracy',
        side: 1,
        size: 34,
        gap: 3,
        splits: [0, 0.5, 1],
        values: (_, splits) => splits.map((share) => `${Math.round(share * 100)} %`),
      },
    ],
    series: [
      {},
      line('--loss', 'loss'),
      ...kinds.map((kind) =>
        line(kind === HELD_OUT ? '--good' : '--accent', 'accuracy', kind === TRUE ? [5, 4] : undefined),
      ),
    ],
  };
}
