import { useEffect, useRef } from 'react';
import type uPlot from 'uplot';
import { TRIED_RATES, triedRate } from '../../../metrics/learningRateCurve.ts';
import type { Workbench } from '../../../workbench/workbench.ts';
import { useWorkbench } from '../../appContext.ts';
import { axisStyle, frameOf, resolvedColor } from '../../charts/chartStyle.ts';
import { usePlot } from '../../charts/usePlot.ts';
import styles from './RateChart.module.css';
import { roundedRate } from './rateWords.ts';

const HEIGHT_PX = 220;
const LOWEST = triedRate(0);
const HIGHEST = triedRate(TRIED_RATES - 1);
const DECADES = [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1];

interface Marks {
  readonly suggestion: number | null;
  readonly chosen: number | null;
}

interface RateChartProps extends Marks {
  /** Gets the rate under a click or a drag; `null` while none may be chosen. */
  readonly onChoose: ((learningRate: number) => void) | null;
}

/** The label loss over the learning rate: every step's as a dot, their running mean as a line. */
export function RateChart({ suggestion, chosen, onChoose }: RateChartProps) {
  const workbench = useWorkbench();
  // The chart asks for both when it draws, and is not made anew for them.
  const marks = useRef<Marks>({ suggestion, chosen });
  const choose = useRef(onChoose);
  const { host, chart, update } = usePlot({
    options: (element) => chartOptions(element, () => marks.current),
    data: () => chartData(workbench),
  });

  useEffect(() => workbench.rates.onPoints(update), [workbench, update]);

  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const pick = (event: PointerEvent) => {
      if ((event.buttons & 1) === 0 || choose.current === null || chart.current === null) return;
      const left = event.clientX - chart.current.over.getBoundingClientRect().left;
      choose.current(Math.min(HIGHEST, Math.max(LOWEST, chart.current.posToVal(left, 'x'))));
    };
    element.addEventListener('pointerdown', pick);
    element.addEventListener('pointermove', pick);
    return () => {
      element.removeEventListener('pointerdown', pick);
      element.removeEventListener('pointermove', pick);
    };
  }, [host, chart]);

  useEffect(() => {
    marks.current = { suggestion, chosen };
    choose.current = onChoose;
    chart.current?.redraw(false);
  }, [suggestion, chosen, onChoose, chart]);

  return (
    <div
      ref={host}
      className={styles.chart}
      data-pickable={onChoose !== null}
      role="img"
      aria-label={
        suggestion === null
          ? 'Curve of the loss over the learning rate'
          : `Curve of the loss over the learning rate; suggested is ${roundedRate(suggestion)}`
      }
    />
  );
}

function chartData(workbench: Workbench): uPlot.AlignedData {
  const { points } = workbench.rates;
  return [
    points.map(({ learningRate }) => learningRate),
    points.map(({ loss }) => loss),
    points.map(({ smoothed }) => smoothed),
  ];
}

function chartOptions(element: HTMLElement, marks: () => Marks): uPlot.Options {
  const color = (name: string) => resolvedColor(element, name);
  const axis = axisStyle(element);
  const accent = color('--accent');
  return {
    ...frameOf(element, HEIGHT_PX),
    padding: [8, 2, 0, 2],
    scales: {
      x: { time: false, distr: 3, range: [LOWEST, HIGHEST] },
      // Of single steps that blew up, the running mean says enough.
      loss: { range: (chart) => [0, Math.max(1e-3, ...(chart.data[2] as number[])) * 1.15] },
    },
    axes: [
      {
        ...axis,
        size: 20,
        gap: 3,
        splits: DECADES,
        // There is room for all of them, on a phone too.
        filter: (_, splits) => splits,
        values: (_, splits) => splits.map((rate) => (rate < 1e-3 ? rate.toExponential() : String(rate))),
      },
      { ...axis, scale: 'loss', size: 30, gap: 3 },
    ],
    series: [
      {},
      {
        scale: 'loss',
        stroke: 'transparent',
        points: { show: true, size: 3, width: 0, fill: color('--muted'), stroke: 'transparent' },
      },
      { scale: 'loss', stroke: color('--loss'), width: 1.75, points: { show: false } },
    ],
    hooks: {
      draw: [
        (chart) => {
          const { suggestion, chosen } = marks();
          if (suggestion !== null) drawRate(chart, suggestion, accent, [5, 4]);
          if (chosen !== null) drawRate(chart, chosen, accent, []);
        },
      ],
    },
  };
}

/** A vertical line at a rate, with a dot where it meets the curve. */
function drawRate(chart: uPlot, learningRate: number, color: string, dash: number[]): void {
  const { ctx, bbox } = chart;
  const x = chart.valToPos(learningRate, 'x', true);
  ctx.save();
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  const smoothed = smoothedAt(chart, learningRate);
  if (smoothed !== null) {
    ctx.beginPath();
    ctx.arc(x, chart.valToPos(smoothed, 'loss', true), 4 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}

/** The running mean at a rate, between the points beside it; `null` beyond them. */
function smoothedAt(chart: uPlot, learningRate: number): number | null {
  const rates = chart.data[0] as number[];
  const smoothed = chart.data[2] as number[];
  const after = rates.findIndex((rate) => rate >= learningRate);
  const [x1, y1] = [rates[after], smoothed[after]];
  if (x1 === undefined || y1 === undefined) return null;
  const [x0, y0] = [rates[after - 1] ?? x1, smoothed[after - 1] ?? y1];
  return x1 === x0 ? y1 : y0 + ((y1 - y0) * Math.log(learningRate / x0)) / Math.log(x1 / x0);
}
