import { RotateCcw } from 'lucide-react';
import { incompatibility, TREATMENTS, type Treatment } from '../../../settings/learner.ts';
import { isWithoutLearner } from '../../../state/selectors.ts';
import { useApp, useWorkbench } from '../../appContext.ts';
import controls from '../../controls/controls.module.css';
import { tip } from '../../controls/tooltip.ts';
import { TREATMENT_WORDS } from '../../strings.ts';
import styles from './BreakItPanel.module.css';
import { DilutionFigure } from './DilutionFigure.tsx';
import { TREATMENT_STORIES } from './treatmentStories.tsx';
import { WrongAxisFigure } from './WrongAxisFigure.tsx';

/** Every way to treat unlabeled pixels, right and wrong, to be switched on and watched. */
export function BreakItPanel() {
  const unlabeled = useApp((state) => state.training.settings.unlabeled);
  return (
    <div className={styles.panel}>
      <div role="radiogroup" aria-label="Break it with" className={styles.cards}>
        {TREATMENTS.map((treatment) => (
          <TreatmentCard key={treatment} treatment={treatment} isOn={treatment === unlabeled} />
        ))}
      </div>
      <p className={styles.note}>
        <i>i</i>: a pixel · <i>ℓ</i>: its cost · <i>v</i>: 1 where it is labeled, else 0 · <i>y</i>: its label ·{' '}
        <i>w</i>: class weights · <i>N</i>: all pixels · <i>C</i>: classes · <i>s</i>: labeled share
      </p>
      <section aria-label="More accidents" className={styles.accidents}>
        <h2>More accidents</h2>
        <WrongAxisFigure />
        <article className={styles.accident}>
          <h3>A zero row still trains</h3>
          <p>
            In TensorFlow.js <code>tf.oneHot(255)</code> is a row of zeros, and <code>softmaxCrossEntropy</code> charges
            it nothing. Its gradient is softmax − 0 all the same, so every class is pushed down where nothing is
            labeled. This page selects before the softmax and after it: the gradient there is exactly 0.
          </p>
          <p className={styles.note}>TensorFlow issue #60314 asks about the same in Keras.</p>
        </article>
      </section>
    </div>
  );
}

function TreatmentCard({ treatment, isOn }: { readonly treatment: Treatment; readonly isOn: boolean }) {
  const { training } = useWorkbench();
  const loss = useApp((state) => state.training.settings.loss);
  const because = incompatibility(loss, treatment);
  const { formula, what, lookFor, metIn } = TREATMENT_STORIES[treatment];
  const { name, hint } = TREATMENT_WORDS[treatment];
  return (
    <div className={styles.card} data-on={isOn} data-right={treatment === 'ignore'}>
      <label className={styles.choice} {...tip(because ?? hint)}>
        <input
          type="radio"
          name="Break it with"
          aria-label={name}
          checked={isOn}
          disabled={because !== null}
          onChange={() => training.updateSettings({ unlabeled: treatment })}
        />
        <span className={styles.name}>
          <strong>{name}</strong>
          <span className={styles.verdict}>{treatment === 'ignore' ? 'right' : 'breaks'}</span>
        </span>
        <span>{formula}</span>
        {because !== null && <span className={styles.note}>{because}</span>}
      </label>
      {isOn && (
        <div className={styles.story}>
          <p>{what}</p>
          <dl>
            <dt>Look for</dt>
            <dd>{lookFor}</dd>
          </dl>
          <DilutionFigure treatment={treatment} />
          <Anew />
          <dl>
            <dt>Met in the wild</dt>
            <dd className={styles.note}>{metIn}</dd>
          </dl>
        </div>
      )}
    </div>
  );
}

/** Weights that learned otherwise forget slowly: from the first step the difference shows at once. */
function Anew() {
  const { training } = useWorkbench();
  const isLoading = useApp((state) => isWithoutLearner(state.training.phase));
  const isLabeled = useApp((state) => state.document.trainedClassCount > 0);
  return (
    <button
      type="button"
      className={controls.button}
      disabled={isLoading || !isLabeled}
      onClick={() => training.trainAnew()}
      {...tip('Clears the weights and trains from the first step: what this treatment does shows at once')}
    >
      <RotateCcw size={15} />
      Train anew like this
    </button>
  );
}
