import { Shapes } from 'lucide-react';
import { useMemo } from 'react';
import { hasTruth, openScores } from '../../../state/selectors.ts';
import { truthFacts } from '../../../workbench/lab/truthFacts.ts';
import { useApp, useWorkbench } from '../../appContext.ts';
import controls from '../../controls/controls.module.css';
import { commandTip, tip } from '../../controls/tooltip.ts';
import { ExampleButton } from '../../pictures/ExampleButton.tsx';
import { percent } from '../../strings.ts';
import { IouBars } from '../matrix/IouBars.tsx';
import { TruthGame } from './TruthGame.tsx';
import { TruthGapChart } from './TruthGapChart.tsx';
import styles from './TruthPanel.module.css';
import { gapSentence, pixelWords } from './truthWords.ts';

/** What the strokes say of the network beside what is so, on pictures of which every pixel’s class is known. */
export function TruthPanel() {
  const knowsTruth = useApp(hasTruth);
  if (!knowsTruth) return <NoTruth />;
  return (
    <div className={styles.panel}>
      <TruthGame />
      <Gap />
      <Mistakes />
      <TrueIous />
    </div>
  );
}

function NoTruth() {
  const { projects, scenes } = useWorkbench();
  return (
    <div className={styles.panel}>
      <p className={styles.lead}>
        Nobody has said what every pixel of this picture is. The masked accuracy is all there is here, and it says
        nothing about the pixels you did not paint. These pictures come with an exact mask, which the network never
        sees:
      </p>
      <ul className={styles.offers}>
        {projects.examples
          .filter(({ hasTruth }) => hasTruth)
          .map((example) => (
            <li key={example.sampleId}>
              <ExampleButton example={example} isOpen={false} captioned />
            </li>
          ))}
      </ul>
      <button type="button" className={controls.primary} onClick={() => void scenes.openFresh()}>
        <Shapes size={16} />
        Make a scene
      </button>
    </div>
  );
}

function Gap() {
  const scores = useApp(openScores);
  const masked = scores?.maskedAccuracy ?? null;
  const exact = scores?.trueAccuracy ?? null;
  return (
    <section aria-label="Masked and true accuracy" className={styles.section}>
      <dl className={styles.figures}>
        <Figure
          name="painted pixels"
          value={masked}
          hint="Masked accuracy: of the labeled pixels, how many are right"
        />
        <Figure name="all pixels" value={exact} hint="True accuracy: of all pixels, how many are right" isTrue />
        <Figure
          name="true mean IoU"
          value={scores?.trueMeanIou ?? null}
          hint="Intersection over union by the exact mask, averaged over the classes: small ones count in full"
          isTrue
        />
      </dl>
      <TruthGapChart />
      <p className={styles.lead}>{gapSentence(scores)}</p>
    </section>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: number | null;
  readonly hint: string;
  readonly isTrue?: boolean;
}

function Figure({ name, value, hint, isTrue = false }: FigureProps) {
  return (
    <div className={styles.figure} data-true={isTrue} {...tip(hint)}>
      <dt>{name}</dt>
      <dd>{percent(value)}</dd>
    </div>
  );
}

/** By the newest prediction on the screen. */
function useTruthFacts() {
  const workbench = useWorkbench();
  const scores = useApp(openScores);
  const pictureId = useApp((state) => state.document.pictureId);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with other `scores` comes another prediction.
  return useMemo(() => workbench.picture && truthFacts(workbench.picture), [workbench, scores, pictureId]);
}

function Mistakes() {
  const { layers } = useWorkbench();
  const facts = useTruthFacts();
  const isShown = useApp((state) => state.view.predictionStyle === 'mistakes');
  return (
    <div className={styles.mistakes}>
      <button
        type="button"
        className={`${controls.button} ${styles.toggle}`}
        aria-pressed={isShown}
        onClick={() => layers.toggleMistakes()}
        {...commandTip('mistakes', 'Only the pixels where the prediction differs from the exact mask')}
      >
        <span className={styles.swatch} />
        Show what is wrong
      </button>
      <span className={styles.note}>{facts === null ? '' : `${pixelWords(facts.wrongPixels)} of the picture`}</span>
    </div>
  );
}

function TrueIous() {
  const facts = useTruthFacts();
  if (facts === null) return null;
  return (
    <section aria-label="True IoU of each class" className={styles.section}>
      <h2>True IoU of each class</h2>
      <IouBars iouOf={(id) => facts.iouByClass.get(id) ?? null} />
    </section>
  );
}
