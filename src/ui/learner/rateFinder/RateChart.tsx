import { TRIED_RATES, triedRate } from '../../../metrics/learningRateCurve.ts';
import { useWorkbench } from '../../appContext.ts';
import { Chart } from '../../charts/Chart.tsx';
import type { ChartData, ChartMark } from '../../charts/chartOptions.ts';
import { roundedRate } from './rateWords.ts';

const LOWEST = triedRate(0);
const HIGHEST = triedRate(TRIED_RATES - 1);
const DECADES = [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1];

interface RateChartProps {
  readonly suggestion: number | null;
  readonly chosen: number | null;
  /** Gets the rate under a click or a drag; `null` while none may be chosen. */
  readonly onChoose: ((learningRate: number) => void) | null;
}

/** The label loss over the learning rate: every step's as a dot, their running mean as a line. */
export function RateChart({ suggestion, chosen, onChoose }: RateChartProps) {
  const { rates } = useWorkbench();
  return (
    <Chart
      label={
        suggestion === null
          ? 'Curve of the loss over the learning rate'
          : `Curve of the loss over the learning rate; suggested is ${roundedRate(suggestion)}`
      }
      heightPx={220}
      paddingPx={[8, 2, 0, 2]}
      x={{
        range: [LOWEST, HIGHEST],
        isLogarithmic: true,
        hasGrid: true,
        sizePx: 20,
        gapPx: 3,
        ticks: DECADES,
        wordOf: (rate) => (rate < 1e-3 ? rate.toExponential() : String(rate)),
      }}
      axes={[
        {
          // Of single steps that blew up, the running mean says enough.
          range: (_, __, data) => [0, Math.max(1e-3, ...smoothedOf(data)) * 1.15],
          hasGrid: true,
          sizePx: 30,
          gapPx: 3,
        },
      ]}
      curves={[{ color: '--muted', dotPx: 3 }, { color: '--loss' }]}
      data={() => [
        rates.points.map(({ learningRate }) => learningRate),
        rates.points.map(({ loss }) => loss),
        rates.points.map(({ smoothed }) => smoothed),
      ]}
      follow={(update) => rates.onPoints(update)}
      marks={(data) => [...markOf(data, suggestion, true), ...markOf(data, chosen, false)]}
      revision={`${suggestion} ${chosen}`}
      onPick={onChoose && ((rate) => onChoose(Math.min(HIGHEST, Math.max(LOWEST, rate))))}
    />
  );
}

/** A line at a rate, with a dot where it meets the running mean. */
function markOf(data: ChartData, rate: number | null, isDashed: boolean): ChartMark[] {
  return rate === null ? [] : [{ x: rate, y: smoothedAt(data, rate), isDashed }];
}

function smoothedOf(data: ChartData): number[] {
  return data[2] as number[];
}

/** The running mean at a rate, between the points beside it; `null` beyond them. */
function smoothedAt(data: ChartData, learningRate: number): number | null {
  const rates = data[0] as number[];
  const smoothed = smoothedOf(data);
  const after = rates.findIndex((rate) => rate >= learningRate);
  const [x1, y1] = [rates[after], smoothed[after]];
  if (x1 === undefined || y1 === undefined) return null;
  const [x0, y0] = [rates[after - 1] ?? x1, smoothed[after - 1] ?? y1];
  return x1 === x0 ? y1 : y0 + ((y1 - y0) * Math.log(learningRate / x0)) / Math.log(x1 / x0);
}
