import { classWeights } from '../../../settings/classBalance.ts';
import {
  hasClassWeights,
  type LearnerSettings,
  type OptimizerKind,
  type Treatment,
} from '../../../settings/learner.ts';
import type { DocumentSlice } from '../../../state/document.ts';
import { labeledPixels } from '../../../state/selectors.ts';
import { useApp, useWorkbench } from '../../appContext.ts';
import controls from '../../controls/controls.module.css';
import { tip } from '../../controls/tooltip.ts';
import { OPTIMIZER_WORDS, percent } from '../../strings.ts';
import styles from './DilutionFigure.module.css';
import { allPixelDilution, type Dilution, type LabeledCounts, zeroedInputDilution } from './dilution.ts';

/** What the labels of the open picture leave of loss and gradient, under the two treatments that dilute them. */
export function DilutionFigure({ treatment }: { readonly treatment: Treatment }) {
  const settings = useApp((state) => state.training.settings);
  const classes = useApp((state) => state.document.classes);
  const labeledByClass = useApp((state) => state.document.labeledByClass);
  const unlabeled = useApp(({ document }) => document.width * document.height - labeledPixels(document));
  const loss = useApp((state) => state.training.loss);
  if (treatment !== 'allPixelMean' && treatment !== 'zeroedInput') return null;
  const counts = countsOf({ classes, labeledByClass }, unlabeled, settings);
  const dilution =
    treatment === 'zeroedInput' ? zeroedInputDilution(counts, settings.labelSmoothing) : allPixelDilution(counts);
  const { labeledShare, gradientScale, floor } = dilution;
  return (
    <figure className={styles.figure} aria-label="Dilution on the open picture">
      <div className={styles.share} aria-hidden="true">
        <span style={{ width: `${100 * labeledShare}%` }} />
      </div>
      <dl className={styles.numbers}>
        <Quantity name="labeled share s" value={percent(labeledShare)} hint="Of the open picture’s pixels" />
        <Quantity
          name="gradient"
          value={`× ${short(gradientScale)}`}
          hint={
            counts.weights === null
              ? 'At every labeled pixel, compared with Ignore: the labeled share'
              : 'At every labeled pixel, compared with Ignore: the labeled share, by the classes’ weights'
          }
        />
        {treatment === 'zeroedInput' && (
          <Quantity
            name={`floor, of log ${classes.length} = ${short(Math.log(classes.length))}`}
            value={short(floor)}
            hint="What the unlabeled pixels cost whatever is learned"
          />
        )}
      </dl>
      <p className={styles.words}>{lossWords(loss, dilution)}</p>
      {settings.strokeBalance === 'stroke' && (
        <p className={styles.note}>Counted in pixels; with strokes that weigh the same it is another mean.</p>
      )}
      <Smoothness gradientScale={gradientScale} />
      <Optimizer />
    </figure>
  );
}

function countsOf(
  { classes, labeledByClass }: Pick<DocumentSlice, 'classes' | 'labeledByClass'>,
  unlabeled: number,
  settings: LearnerSettings,
): LabeledCounts {
  const byClass = classes.map(({ id }) => ({ classId: id, count: labeledByClass[id] ?? 0 }));
  return {
    labeledByChannel: byClass.map(({ count }) => count),
    unlabeled,
    weights: hasClassWeights(settings.loss) ? classWeights(byClass, settings) : null,
  };
}

function lossWords(loss: number | null, { floor, gradientScale }: Dilution): string {
  if (loss === null) return 'Train, and the loss now is compared with this.';
  if (floor > 0) {
    return `Of the loss now, ${short(loss)}, about ${short(Math.min(loss, floor))} can never be learned away.`;
  }
  const undiluted = gradientScale > 0 ? ` As a masked mean it would be about ${short(loss / gradientScale)}.` : '';
  return `The loss now is ${short(loss)}.${undiluted}`;
}

function Quantity({ name, value, hint }: { readonly name: string; readonly value: string; readonly hint: string }) {
  return (
    <div {...tip(hint)}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** The other term of the loss is not diluted, so it gains on the labels; no optimizer cancels that. */
function Smoothness({ gradientScale }: { readonly gradientScale: number }) {
  const { training } = useWorkbench();
  const smoothness = useApp((state) => state.training.settings.smoothness);
  if (smoothness.weight === 0 || gradientScale === 0) return null;
  return (
    <div className={styles.part}>
      <p className={styles.words}>
        <strong>Smoothness</strong>{' '}
        <span>
          {`is not diluted: its weight of ${smoothness.weight} acts beside these labels like ${short(
            smoothness.weight / gradientScale,
          )} would under Ignore. That may drown the strokes, whatever the optimizer.`}
        </span>
      </p>
      <button
        type="button"
        className={controls.button}
        onClick={() => training.updateSettings({ smoothness: { ...smoothness, weight: 0 } })}
        {...tip('The label loss alone: what is left to see is the dilution')}
      >
        Without smoothness
      </button>
    </div>
  );
}

const OPTIMIZER_STORIES: Readonly<Record<OptimizerKind, { readonly words: string; readonly other: OptimizerKind }>> = {
  adamw: {
    words:
      'is on: it divides each gradient by its own usual size, so a constant factor nearly cancels. By itself the dilution changes the loss, hardly the masks.',
    other: 'sgd',
  },
  sgd: {
    words: 'is on: it takes the gradient at its size, so learning is slower by the same factor, and the masks show it.',
    other: 'adamw',
  },
};

/** Which optimizer is on decides whether dilution is seen at all. */
function Optimizer() {
  const { training } = useWorkbench();
  const optimizer = useApp((state) => state.training.settings.optimizer);
  const { words, other } = OPTIMIZER_STORIES[optimizer];
  return (
    <div className={styles.part}>
      <p className={styles.words}>
        <strong>{OPTIMIZER_WORDS[optimizer].name}</strong> <span>{words}</span>
      </p>
      <button
        type="button"
        className={controls.button}
        onClick={() => training.updateSettings({ optimizer: other })}
        {...tip(OPTIMIZER_WORDS[other].hint)}
      >
        {`Use ${OPTIMIZER_WORDS[other].name}`}
      </button>
    </div>
  );
}

function short(value: number): string {
  if (value === 0) return '0';
  return value >= 100 ? value.toFixed(0) : value.toPrecision(value < 0.1 ? 2 : 3);
}
