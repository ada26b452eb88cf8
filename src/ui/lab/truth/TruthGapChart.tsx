import { useEffect, useState } from 'react';
import type uPlot from 'uplot';
import type { CurveName } from '../../../training/curves.ts';
import { useApp, useWorkbench } from '../../appContext.ts';
import { axisStyle, frameOf, resolvedColor } from '../../charts/chartStyle.ts';
import { joinedCurves, useCurveUpdates } from '../../charts/useCurveUpdates.ts';
import { usePlot } from '../../charts/usePlot.ts';
import { type Chip, Chips } from '../../controls/Chips.tsx';
import legend from '../../scores/chartLegend.module.css';
import { percent } from '../../strings.ts';
import styles from './TruthGapChart.module.css';

const HEIGHT_PX = 132;

type Measure = 'accuracy' | 'meanIou';

const CURVES: Readonly<Record<Measure, readonly [masked: CurveName, exact: CurveName]>> = {
  accuracy: ['maskedAccuracy', 'trueAccuracy'],
  meanIou: ['meanIou', 'trueMeanIou'],
};

const MEASURES: readonly Chip<Measure>[] = [
  { value: 'accuracy', name: 'Accuracy', hint: 'The share of pixels that are right' },
  { value: 'meanIou', name: 'Mean IoU', hint: 'The overlap of each class, averaged' },
];

/** What the painted pixels say and what is so, over the steps, and between them the gap. */
export function TruthGapChart() {
  const workbench = useWorkbench();
  const [measure, setMeasure] = useState<Measure>('accuracy');
  const { host, update } = usePlot(
    {
      options: chartOptions,
      data: () => joinedCurves(CURVES[measure].map((name) => workbench.training.curves?.[name])),
    },
    measure,
  );
  const pictureId = useApp((state) => state.pictureId);

  useCurveUpdates(update);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another picture may come with other curves.
  useEffect(update, [update, pictureId]);

  return (
    <div className={styles.chart}>
      <div className={styles.header}>
        <Chips label="Measured as" value={measure} chips={MEASURES} onChange={(value) => setMeasure(value)} />
        <ul className={`${legend.legend} ${styles.legend}`}>
          <li className={styles.masked}>painted</li>
          <li className={styles.exact}>true</li>
        </ul>
      </div>
      <div
        ref={host}
        className={styles.plot}
        role="img"
        aria-label={`${measure === 'accuracy' ? 'Accuracy' : 'Mean IoU'} on the painted pixels and by the exact mask over the steps; the area between is the gap`}
      />
    </div>
  );
}

function chartOptions(element: HTMLElement): uPlot.Options {
  const axis = axisStyle(element);
  const line = (name: string): uPlot.Series => ({
    scale: 'share',
    stroke: resolvedColor(element, name),
    width: 2,
    spanGaps: true,
    points: { show: false },
  });
  const gap = resolvedColor(element, '--gap');
  return {
    ...frameOf(element, HEIGHT_PX),
    padding: [8, 10, 0, 0],
    scales: {
      x: { time: false, range: (_, low, high) => [low ?? 0, Math.max(high ?? 0, (low ?? 0) + 10)] },
      share: { range: (_, low) => [Math.max(0, Math.floor(10 * ((low ?? 0) - 0.02)) / 10), 1.01] },
    },
    axes: [
      {
        ...axis,
        size: 18,
        gap: 2,
        grid: { show: false },
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
      },
      {
        ...axis,
        scale: 'share',
        size: 36,
        gap: 3,
        values: (_, splits) => splits.map((share) => percent(share, 0)),
      },
    ],
    series: [{}, line('--accent'), line('--good')],
    // Whichever lies above.
    bands: [
      { series: [1, 2], fill: gap },
      { series: [2, 1], fill: gap },
    ],
  };
}
