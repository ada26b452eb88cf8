import type uPlot from 'uplot';
import type { CurveName } from '../../../training/curves.ts';
import type { Workbench } from '../../../workbench/workbench.ts';
import { useWorkbench } from '../../appContext.ts';
import { axisStyle, frameOf, resolvedColor } from '../../charts/chartStyle.ts';
import { joinedCurves, useCurveUpdates } from '../../charts/useCurveUpdates.ts';
import { usePlot } from '../../charts/usePlot.ts';
import styles from './ComparePanel.module.css';

const HEIGHT_PX = 112;

export type ComparedCurve = Extract<CurveName, 'loss' | 'maskedAccuracy' | 'trueAccuracy'>;

const CURVE_LABELS: Readonly<Record<ComparedCurve, string>> = {
  loss: 'Losses of A and B over the steps',
  maskedAccuracy: 'Accuracies of A and B on labeled pixels over the steps',
  trueAccuracy: 'True accuracies of A and B over the steps',
};

/** One curve of either learner in one chart: A's drawn through, B's dashed. */
export function CompareChart({ curve }: { readonly curve: ComparedCurve }) {
  const workbench = useWorkbench();
  const { host, update } = usePlot(
    { options: (element) => chartOptions(element, curve), data: () => chartData(workbench, curve) },
    curve,
  );
  useCurveUpdates(update);
  return <div ref={host} className={styles.chart} role="img" aria-label={CURVE_LABELS[curve]} />;
}

function chartData(workbench: Workbench, curve: ComparedCurve): uPlot.AlignedData {
  return joinedCurves([workbench.training.curves?.[curve], workbench.compare.curves?.[curve]]);
}

function chartOptions(element: HTMLElement, curve: ComparedCurve): uPlot.Options {
  const axis = axisStyle(element);
  const isLoss = curve === 'loss';
  const line = (property: string, dash: number[]): uPlot.Series => ({
    stroke: resolvedColor(element, property),
    width: 1.75,
    spanGaps: true,
    points: { show: false },
    dash,
  });
  return {
    ...frameOf(element, HEIGHT_PX),
    padding: [8, 8, 0, 0],
    scales: {
      x: { time: false, range: (_, low, high) => [low ?? 0, Math.max(high ?? 0, (low ?? 0) + 20)] },
      y: { range: (_, __, high) => (isLoss ? [0, Math.max(high ?? 1, 1e-3) * 1.05] : [0, 1.02]) },
    },
    axes: [
      { ...axis, size: 18, gap: 2, grid: { show: false } },
      {
        ...axis,
        size: 38,
        gap: 4,
        ...(isLoss
          ? {}
          : {
              splits: [0, 0.5, 1],
              values: (_: uPlot, splits: number[]) => splits.map((share) => `${Math.round(share * 100)} %`),
            }),
      },
    ],
    series: [{}, line('--accent', []), line('--text', [5, 4])],
  };
}
