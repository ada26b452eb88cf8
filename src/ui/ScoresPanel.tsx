import { useApp } from './appContext.ts';
import { LossChart } from './LossChart.tsx';
import styles from './ScoresPanel.module.css';
import { percent } from './strings.ts';
import { testScores } from './testScores.ts';
import { tip } from './tooltip.ts';

/** Two figures side by side, so that nobody believes the first alone, and the curves below. */
export function ScoresPanel() {
  const scores = useApp((state) => state.scores);
  const hasTruth = useApp((state) => state.hasTruth);
  return (
    <section aria-label="Scores" className={styles.section}>
      <div className={styles.cards}>
        <Card
          value={scores?.maskedAccuracy ?? null}
          label="accuracy, labeled px"
          hint="Share of the labeled pixels that the prediction gets right. It says nothing about the rest of the picture."
        />
        {hasTruth ? (
          <Card
            value={scores?.trueAccuracy ?? null}
            label="true accuracy"
            hint={`Share of all pixels that are right, by this picture’s exact mask, which the network never sees. Mean IoU by it: ${percent(scores?.trueMeanIou ?? null)}`}
          />
        ) : (
          <Card
            value={scores?.meanIou ?? null}
            label="mean IoU, labeled px"
            hint="Intersection over union on the labeled pixels, averaged over the classes: small classes count in full."
          />
        )}
      </div>
      <TestPictures />
      <LossChart />
    </section>
  );
}

/** How well pictures are predicted that the network never learned from. */
function TestPictures() {
  const pictures = useApp((state) => state.pictures);
  const { count, scored, maskedAccuracy } = testScores(pictures);
  if (count === 0) return null;
  const named = count === 1 ? 'Test picture' : `${count} test pictures`;
  return (
    <p
      className={styles.test}
      {...tip(
        `Mean accuracy on the labeled pixels of ${scored} of ${count} test pictures: their labels are never learned from, so this tells how well the network does on pictures it has not seen`,
      )}
    >
      <span>{named}</span>
      <strong>{percent(maskedAccuracy)}</strong>
    </p>
  );
}

function Card({ value, label, hint }: { value: number | null; label: string; hint: string }) {
  return (
    <div className={styles.card} {...tip(hint)}>
      <strong>{percent(value)}</strong>
      <span>{label}</span>
    </div>
  );
}
