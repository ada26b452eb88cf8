import { useState } from 'react';
import type { CurveName } from '../../../training/curves.ts';
import { useApp, useWorkbench } from '../../appContext.ts';
import { Chart } from '../../charts/Chart.tsx';
import legend from '../../charts/chartLegend.module.css';
import { followCurves, joinedCurves } from '../../charts/curves.ts';
import { type Chip, Chips } from '../../controls/Chips.tsx';
import { percent } from '../../strings.ts';
import styles from './TruthGapChart.module.css';

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
  const pictureId = useApp((state) => state.document.pictureId);

  return (
    <div className={styles.chart}>
      <div className={styles.header}>
        <Chips label="Measured as" value={measure} chips={MEASURES} onChange={(value) => setMeasure(value)} />
        <ul className={`${legend.legend} ${styles.legend}`}>
          <li className={styles.masked}>painted</li>
          <li className={styles.exact}>true</li>
        </ul>
      </div>
      <Chart
        key={measure}
        label={`${measure === 'accuracy' ? 'Accuracy' : 'Mean IoU'} on the painted pixels and by the exact mask over the steps; the area between is the gap`}
        heightPx={132}
        paddingPx={[8, 10, 0, 0]}
        x={{
          range: (low, high) => [low ?? 0, Math.max(high ?? 0, (low ?? 0) + 10)],
          sizePx: 18,
          gapPx: 2,
          tickSteps: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
        }}
        axes={[
          {
            range: (low) => [Math.max(0, Math.floor(10 * ((low ?? 0) - 0.02)) / 10), 1.01],
            hasGrid: true,
            sizePx: 36,
            gapPx: 3,
            wordOf: (share) => percent(share, 0),
          },
        ]}
        curves={[
          { color: '--accent', widthPx: 2 },
          { color: '--good', widthPx: 2 },
        ]}
        areaBetween="--gap"
        data={() => joinedCurves(CURVES[measure].map((name) => workbench.training.curves?.[name]))}
        follow={(update) => followCurves(workbench, update)}
        // Another picture may come with other curves.
        revision={pictureId}
      />
    </div>
  );
}
