import { movingMean } from '../../metrics/corrections.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { Chart } from '../charts/Chart.tsx';
import type { ChartData } from '../charts/chartOptions.ts';
import { tip } from '../controls/tooltip.ts';
import { percent } from '../strings.ts';
import styles from './CorrectionsChart.module.css';

/** How much of each stroke was predicted right before it was painted; there once a stroke was painted beside a prediction. */
export function CorrectionsChart() {
  const workbench = useWorkbench();
  const corrections = useApp((state) => state.project.corrections);
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
      <Chart
        label={null}
        heightPx={64}
        paddingPx={[6, 4, 0, 2]}
        x={{
          range: (_, high) => [0.5, Math.max(high ?? 0, 10) + 0.5],
          sizePx: 18,
          gapPx: 2,
          tickSteps: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000],
        }}
        axes={[
          {
            range: [-0.04, 1.04],
            isOnTheRight: true,
            hasGrid: true,
            sizePx: 34,
            gapPx: 3,
            ticks: [0, 1],
            wordOf: (share) => percent(share, 0),
          },
        ]}
        curves={[
          { color: '--muted', dotPx: 4 },
          { color: '--good', hasGaps: true },
        ]}
        data={() => chartData(workbench.project?.corrections.byLearner ?? [])}
        revision={corrections}
      />
    </section>
  );
}

/** The strokes' numbers, their shares and the moving means, with a gap where another learner begins. */
function chartData(byLearner: readonly (readonly number[])[]): ChartData {
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
