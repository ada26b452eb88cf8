import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { CurveName } from '../training/curves.ts';
import type { Workbench } from '../workbench/workbench.ts';
import { useApp, useWorkbench } from './appContext.ts';
import { resolvedColor } from './chartColors.ts';
import styles from './LossChart.module.css';
import { tip } from './tooltip.ts';

const HEIGHT_PX = 96;
/** A curve that moves four times a second is live enough, and leaves the page's thread to the brush. */
const REDRAW_INTERVAL_MS = 250;

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
  const host = useRef<HTMLDivElement>(null);
  const hasTruth = useApp((state) => state.hasTruth);
  const holdsOut = useApp((state) => state.holdOut !== null);
  const [score, setScore] = useState<keyof typeof SCORES>('accuracy');
  // A chart's colours are read from the style sheet when it is made; another theme makes another chart.
  const theme = useApp((state) => state.theme);
  const loss = useApp((state) => state.loss);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `theme` changes what getComputedStyle answers.
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const kinds = [LEARNED, ...(holdsOut ? [HELD_OUT] : []), ...(hasTruth ? [TRUE] : [])];
    const names = ['loss' as const, ...kinds.map((kind) => SCORES[score].curves[kind] as CurveName)];
    const build = () => new uPlot(chartOptions(element, kinds), chartData(workbench, names), element);
    let chart = build();
    let timer = 0;
    const redraw = () => {
      if (timer !== 0) return;
      timer = window.setTimeout(() => {
        timer = 0;
        chart.setData(chartData(workbench, names));
      }, REDRAW_INTERVAL_MS);
    };
    const rebuild = () => {
      chart.destroy();
      chart = build();
    };
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', rebuild);
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT_PX }));
    observer.observe(element);
    const stop = workbench.training.onCurves(redraw);
    return () => {
      stop();
      observer.disconnect();
      dark.removeEventListener('change', rebuild);
      clearTimeout(timer);
      chart.destroy();
    };
  }, [workbench, hasTruth, holdsOut, score, theme]);

  return (
    <div className={styles.section}>
      <header className={styles.header}>
        <h2>Curves</h2>
        <ul className={styles.legend}>
          <li className={styles.loss}>loss {loss === null ? '' : shortLoss(loss)}</li>
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

function shortLoss(loss: number): string {
  return loss >= 0.001 ? loss.toPrecision(2) : loss.toExponential(0);
}

function chartData(workbench: Workbench, names: readonly CurveName[]): uPlot.AlignedData {
  const { curves } = workbench.training;
  if (curves === null) return [[], ...names.map(() => [])];
  return uPlot.join(
    names.map((name): uPlot.AlignedData => {
      const { x, y } = curves[name].view();
      return [x, y];
    }),
  );
}

/** `kinds`: of the scores to be drawn, in their order. */
function chartOptions(element: HTMLElement, kinds: readonly number[]): uPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string) => resolvedColor(element, name);
  const muted = color('--muted');
  const axis: uPlot.Axis = {
    stroke: muted,
    font: `10px ${style.fontFamily}`,
    ticks: { show: false },
    grid: { stroke: color('--line'), width: 1 },
  };
  const line = (name: string, scale: string, dash?: number[]): uPlot.Series => ({
    scale,
    stroke: color(name),
    width: 1.75,
    spanGaps: true,
    points: { show: false },
    ...(dash === undefined ? {} : { dash }),
  });
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { show: false },
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
