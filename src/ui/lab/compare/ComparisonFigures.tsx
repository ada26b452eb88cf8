import { useState } from 'react';
import { differenceAsIs, type SettingsDifference } from '../../../settings/difference.ts';
import { hasTruth, openScores } from '../../../state/selectors.ts';
import type { PredictionScores } from '../../../training/learnerMessages.ts';
import { useApp } from '../../appContext.ts';
import { Chips } from '../../controls/Chips.tsx';
import { shortLoss } from '../../scores/lossWords.ts';
import { percent } from '../../strings.ts';
import { CompareChart, type ComparedCurve } from './CompareChart.tsx';
import styles from './ComparePanel.module.css';
import { differingWords, disagreementWords, hasSameLoss, valueName } from './compareWords.ts';

/** What two learners come to: both curves, their figures side by side, and in what their predictions differ. */
export function ComparisonFigures({ difference }: { readonly difference: SettingsDifference }) {
  const settings = useApp((state) => state.training.settings);
  const knowsTruth = useApp(hasTruth);
  const [curve, setCurve] = useState<ComparedCurve>('loss');
  const accuracy = knowsTruth ? 'trueAccuracy' : 'maskedAccuracy';
  return (
    <>
      <Differences />
      <section className={styles.curves} aria-label="Curves of A and B">
        <header className={styles.header}>
          <ul className={styles.legend}>
            <li className={styles.lineA}>{`A ${valueName(differenceAsIs(settings, difference.setting))}`}</li>
            <li className={styles.lineB}>{`B ${valueName(difference)}`}</li>
          </ul>
          <Chips
            label="Curves"
            value={curve === 'loss' ? 'loss' : 'accuracy'}
            chips={[
              { value: 'loss', name: 'Loss', hint: 'The label loss of every step' },
              {
                value: 'accuracy',
                name: 'Accuracy',
                hint: knowsTruth ? 'Over all pixels, by the exact mask' : 'Over the labeled pixels',
              },
            ]}
            onChange={(value) => setCurve(value === 'loss' ? 'loss' : accuracy)}
          />
        </header>
        <CompareChart curve={curve === 'loss' ? 'loss' : accuracy} />
        {curve === 'loss' && !hasSameLoss(difference) && (
          <p className={styles.note}>
            These two losses do not measure the same: see which one falls, not which is lower.
          </p>
        )}
      </section>
      <Figures hasTruth={knowsTruth} />
    </>
  );
}

function Figures({ hasTruth }: { readonly hasTruth: boolean }) {
  const loss = useApp((state) => state.training.loss);
  const comparedLoss = useApp((state) => state.comparison.comparedLoss);
  const a = useApp(openScores);
  const b = useApp((state) => state.comparison.comparedScores);
  const row = (name: string, of: (scores: PredictionScores) => number | null) => (
    <tr>
      <th scope="row">{name}</th>
      <td>{percent(a && of(a))}</td>
      <td>{percent(b && of(b))}</td>
    </tr>
  );
  return (
    <table className={styles.figures}>
      <thead>
        <tr>
          <td />
          <th scope="col" className={styles.a}>
            A
          </th>
          <th scope="col" className={styles.b}>
            B
          </th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">Loss</th>
          <td>{loss === null ? '–' : shortLoss(loss)}</td>
          <td>{comparedLoss === null ? '–' : shortLoss(comparedLoss)}</td>
        </tr>
        {row('Accuracy, labeled px', ({ maskedAccuracy }) => maskedAccuracy)}
        {hasTruth && row('True accuracy', ({ trueAccuracy }) => trueAccuracy)}
        {hasTruth && row('True mean IoU', ({ trueMeanIou }) => trueMeanIou)}
      </tbody>
    </table>
  );
}

function Differences() {
  const disagreement = useApp((state) => state.comparison.disagreement);
  const classes = useApp((state) => state.document.classes);
  if (disagreement === null) return null;
  return (
    <ul className={styles.differences} aria-label="In what A and B differ">
      <li>
        <strong>{differingWords(disagreement)}</strong>
      </li>
      {disagreementWords(disagreement, classes).map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}
