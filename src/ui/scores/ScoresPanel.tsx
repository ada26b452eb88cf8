import { hasTruth, openScores } from '../../state/selectors.ts';
import { useApp } from '../appContext.ts';
import { tip } from '../controls/tooltip.ts';
import { percent } from '../strings.ts';
import { CorrectionsChart } from './CorrectionsChart.tsx';
import { HoldOutField } from './HoldOutField.tsx';
import { heldOutHint, heldOutRange, heldOutValue } from './heldOutWords.ts';
import { LossChart } from './LossChart.tsx';
import styles from './ScoresPanel.module.css';
import { testScores } from './testScores.ts';

const LABELED_HINT =
  'Share of the labeled pixels that the prediction gets right. It says nothing about the rest of the picture.';
const LEARNED_HINT =
  'Share of the pixels that are learned from that the prediction gets right. It may have learned them by heart.';

/** Two figures side by side, so that nobody believes the first alone, and the curves below. */
export function ScoresPanel() {
  const scores = useApp(openScores);
  const knowsTruth = useApp(hasTruth);
  const holdsOut = useApp((state) => state.project.holdOut !== null);
  return (
    <section aria-label="Scores" className={styles.section}>
      <div className={styles.cards} data-anchor="scores">
        <Card
          value={percent(scores?.maskedAccuracy ?? null)}
          label={holdsOut ? 'accuracy, learned' : 'accuracy, labeled px'}
          hint={holdsOut ? LEARNED_HINT : LABELED_HINT}
        />
        {holdsOut ? <HeldOutCard /> : knowsTruth ? <TrueCard /> : <IouCard />}
      </div>
      <HoldOutField />
      {holdsOut && knowsTruth && <TrueRow />}
      <TestPictures />
      <LossChart />
      <CorrectionsChart />
    </section>
  );
}

function IouCard() {
  const meanIou = useApp((state) => openScores(state)?.meanIou ?? null);
  return (
    <Card
      value={percent(meanIou)}
      label="mean IoU, labeled px"
      hint="Intersection over union on the labeled pixels, averaged over the classes: small classes count in full."
    />
  );
}

const useTrueHint = () => {
  const trueMeanIou = useApp((state) => openScores(state)?.trueMeanIou ?? null);
  return `Share of all pixels that are right, by this picture’s exact mask, which the network never sees. Mean IoU by it: ${percent(trueMeanIou)}`;
};

function TrueCard() {
  const trueAccuracy = useApp((state) => openScores(state)?.trueAccuracy ?? null);
  return <Card value={percent(trueAccuracy)} label="true accuracy" hint={useTrueHint()} />;
}

function TrueRow() {
  const trueAccuracy = useApp((state) => openScores(state)?.trueAccuracy ?? null);
  return (
    <p className={styles.row} {...tip(useTrueHint())}>
      <span>True accuracy</span>
      <strong>{percent(trueAccuracy)}</strong>
    </p>
  );
}

function HeldOutCard() {
  const scores = useApp((state) => state.training.heldOutScores);
  return (
    <Card
      value={heldOutValue(scores)}
      range={heldOutRange(scores)}
      label="accuracy, held out"
      hint={heldOutHint(scores)}
    />
  );
}

/** How well pictures are predicted that the network never learned from. */
function TestPictures() {
  const pictures = useApp((state) => state.project.pictures);
  const { count, scored, maskedAccuracy } = testScores(pictures);
  if (count === 0) return null;
  const named = count === 1 ? 'Test picture' : `${count} test pictures`;
  return (
    <p
      className={styles.row}
      {...tip(
        `Mean accuracy on the labeled pixels of ${scored} of ${count} test pictures: their labels are never learned from, so this tells how well the network does on pictures it has not seen`,
      )}
    >
      <span>{named}</span>
      <strong>{percent(maskedAccuracy)}</strong>
    </p>
  );
}

interface CardProps {
  readonly value: string;
  /** Where the value may lie as well. */
  readonly range?: string | null;
  readonly label: string;
  readonly hint: string;
}

function Card({ value, range = null, label, hint }: CardProps) {
  return (
    <div className={styles.card} {...tip(hint)}>
      <p>
        <strong>{value}</strong>
        {range !== null && <span>{range}</span>}
      </p>
      <span>{label}</span>
    </div>
  );
}
