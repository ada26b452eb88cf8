import type { CurveName } from '../../../training/curves.ts';
import { useWorkbench } from '../../appContext.ts';
import { Chart } from '../../charts/Chart.tsx';
import type { ChartAxis } from '../../charts/chartOptions.ts';
import { followCurves, joinedCurves } from '../../charts/curves.ts';

export type ComparedCurve = Extract<CurveName, 'loss' | 'maskedAccuracy' | 'trueAccuracy'>;

const CURVE_LABELS: Readonly<Record<ComparedCurve, string>> = {
  loss: 'Losses of A and B over the steps',
  maskedAccuracy: 'Accuracies of A and B on labeled pixels over the steps',
  trueAccuracy: 'True accuracies of A and B over the steps',
};

const ROOM = { hasGrid: true, sizePx: 38, gapPx: 4 } as const;
const LOSS: ChartAxis = { ...ROOM, range: (_, high) => [0, Math.max(high ?? 1, 1e-3) * 1.05] };
const SHARE: ChartAxis = {
  ...ROOM,
  range: [0, 1.02],
  ticks: [0, 0.5, 1],
  wordOf: (share) => `${Math.round(share * 100)} %`,
};

/** One curve of either learner in one chart: A's drawn through, B's dashed. */
export function CompareChart({ curve }: { readonly curve: ComparedCurve }) {
  const workbench = useWorkbench();
  return (
    <Chart
      key={curve}
      label={CURVE_LABELS[curve]}
      heightPx={112}
      paddingPx={[8, 8, 0, 0]}
      x={{
        range: (low, high) => [low ?? 0, Math.max(high ?? 0, (low ?? 0) + 20)],
        sizePx: 18,
        gapPx: 2,
      }}
      axes={[curve === 'loss' ? LOSS : SHARE]}
      curves={[{ color: '--accent' }, { color: '--text', isDashed: true }]}
      data={() => joinedCurves([workbench.training.curves?.[curve], workbench.compare.curves?.[curve]])}
      follow={(update) => followCurves(workbench, update)}
    />
  );
}
