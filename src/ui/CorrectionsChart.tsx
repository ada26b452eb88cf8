import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { movingMean } from '../metrics/corrections.ts';
import { useApp, useWorkbench } from './appContext.ts';
import styles from './CorrectionsChart.module.css';
import { resolvedColor } from './chartColors.ts';
import { percent } from './strings.ts';
import { tip } from './tooltip.ts';

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
          last {percent(latest, 0)} <strong>mean {percent(recent, 0)}</strong>
        </span>
      </header>
      <Plot />
    </section>
  );
}

function Plot() {
  const workbench = useWorkbench();
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const corrections = useApp((state) => state.corrections);
  const theme = useApp((state) => state.theme);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `theme` changes what getComputedStyle answers.
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const build = () => {
      chart.current?.destroy();
      chart.current = new uPlot(
        chartOptions(element),
        chartData(workbench.project?.corrections.byLearner ?? []),
        element,
      );
    };
    build();
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', build);
    const observer = new ResizeObserver(() =>
      chart.current?.setSize({ width: element.clientWidth, height: HEIGHT_PX }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      dark.removeEventListener('change', build);
      chart.current?.destroy();
      chart.current = null;
    };
  }, [workbench, theme]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: other `corrections` say that there are other points.
  useEffect(() => {
    chart.current?.setData(chartData(workbench.project?.corrections.byLearner ?? []));
  }, [workbench, corrections]);

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
  const { fontFamily } = getComputedStyle(element);
  const muted = resolvedColor(element, '--muted');
  const line = resolvedColor(element, '--line');
  const axis: uPlot.Axis = {
    stroke: muted,
    font: `10px ${fontFamily}`,
    ticks: { show: false },
    grid: { stroke: line, width: 1 },
  };
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
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
        points: { show: true, size: 4, width: 0, fill: muted, stroke: 'transparent' },
      },
      { scale: 'share', stroke: resolvedColor(element, '--good'), width: 1.75, points: { show: false } },
    ],
  };
}
