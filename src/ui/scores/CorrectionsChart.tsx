import { useEffect } from 'react';
import type uPlot from 'uplot';
import { movingMean } from '../../metrics/corrections.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { axisStyle, frameOf, resolvedColor } from '../charts/chartStyle.ts';
import { usePlot } from '../charts/usePlot.ts';
import { tip } from '../controls/tooltip.ts';
import { percent } from '../strings.ts';
import styles from './CorrectionsChart.module.css';

const HEIGHT_PX = 64;

/** How much of each stroke was predicted right before it was painted; there once a stroke was painted beside a prediction. */
export function CorrectionsChart() {
  const corrections = useApp((state) => state.corrections);
  if (corrections === null) return null;
  const { strokes, latest, recent } = corrections;
  const count = strokes === 1 ? '1 stroke' : `${strokes} strokes`;
  return (
    <section
      className={styles.section}
      aria-label={`Already right before it was painted: ${percent(latest, 0)} of the last stroke, ${percent(recent, 0)} of the last few, after ${count}`}
    >
      <header
        className={styles.header}
        {...tip(
          'How much of each new stroke the prediction had right before you painted it. Rising: there is less and less to correct.',
        )}
      >
        <h2>Already right</h2>
        <span className={styles.figures}>
          <span>{`last ${percent(latest, 0)}`}</span> <strong>{`mean ${percent(recent, 0)}`}</strong>
        </span>
      </header>
      <Plot />
    </section>
  );
}

function Plot() {
  const workbench = useWorkbench();
  const corrections = useApp((state) => state.corrections);
  const { host, update } = usePlot({
    options: chartOptions,
    data: () => chartData(workbench.project?.corrections.byLearner ?? []),
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: other `corrections` say that there are other points.
  useEffect(update, [update, corrections]);

  return <div ref={host} className={styles.chart} aria-hidden="true" />;
}

/** The strokes' numbers, their shares and the moving means, with a gap where another learner begins. */
function chartData(byLearner: readonly (readonly number[])[]): uPlot.AlignedData {
  const numbers: number[] = [];
  const dots: (number | null)[] = [];
  const means: (number | null)[] = [];
  for (const shares of byLearner) {
    const before = numbers.at(-1) ?? 0;
    if (before > 0) {
      numbers.push(before + 0.5);
      dots.push(null);
      means.push(null);
    }
    numbers.push(...shares.map((_, i) => before + i + 1));
    dots.push(...shares);
    means.push(...movingMean(shares));
  }
  return [numbers, dots, means];
}

function chartOptions(element: HTMLElement): uPlot.Options {
  const axis = axisStyle(element);
  return {
    ...frameOf(element, HEIGHT_PX),
    padding: [6, 4, 0, 2],
    scales: {
      x: { time: false, range: (_, __, high) => [0.5, Math.max(high ?? 0, 10) + 0.5] },
      share: { range: [-0.04, 1.04] },
    },
    axes: [
      { ...axis, size: 18, gap: 2, grid: { show: false }, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000] },
      {
        ...axis,
        scale: 'share',
        side: 1,
        size: 34,
        gap: 3,
        splits: [0, 1],
        values: (_, splits) => splits.map((share) => percent(share, 0)),
      },
    ],
    series: [
      {},
      {
        scale: 'share',
        stroke: 'transparent',
        points: { show: true, size: 4, width: 0, fill: resolvedColor(element, '--muted'), stroke: 'transparent' },
      },
      { scale: 'share', stroke: resolvedColor(element, '--good'), width: 1.75, points: { show: false } },
    ],
  };
}
