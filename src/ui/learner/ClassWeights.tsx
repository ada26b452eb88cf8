import type { SegmentationClass } from '../../settings/classes.ts';
import { hasClassWeights } from '../../settings/learner.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import controls from '../controls/controls.module.css';
import fields from '../controls/fields.module.css';
import { Slider } from '../controls/Slider.tsx';
import { tip } from '../controls/tooltip.ts';
import { BALANCE_WORDS } from '../strings.ts';
import styles from './ClassWeights.module.css';
import { LAST_POSITION, positionOf, weightAt, weightText } from './classWeightScale.ts';

/** What custom weights may begin with. */
const STARTS = ['none', 'inverseSqrt', 'inverse'] as const;

/** A slider for each class: how much its labels count in the loss. */
export function ClassWeights() {
  const { training } = useWorkbench();
  const classes = useApp((state) => state.document.classes);
  const loss = useApp((state) => state.training.settings.loss);
  return (
    <fieldset aria-label="Class weights" className={styles.weights}>
      {classes.map((c) => (
        <ClassWeight key={c.id} segmentationClass={c} />
      ))}
      <div className={styles.starts}>
        <span {...tip('Sets all weights to what this balance gives for the labels of today')}>Start from</span>
        {STARTS.map((start) => (
          <button
            key={start}
            type="button"
            className={`${controls.button} ${styles.start}`}
            aria-label={`Start from ${BALANCE_WORDS[start].name}`}
            onClick={() => training.startClassWeights(start)}
            {...tip(BALANCE_WORDS[start].hint)}
          >
            {BALANCE_WORDS[start].name}
          </button>
        ))}
      </div>
      {!hasClassWeights(loss) && <p className={fields.note}>Dice and squared error have no class weights.</p>}
    </fieldset>
  );
}

function ClassWeight({ segmentationClass }: { readonly segmentationClass: SegmentationClass }) {
  const { id, name, color } = segmentationClass;
  const { training } = useWorkbench();
  const weight = useApp((state) => state.training.settings.customClassWeights[id] ?? 1);
  return (
    <div className={styles.row}>
      <span className={styles.swatch} style={{ background: color }} />
      <span className={styles.name} {...tip(`How much ${name} counts in the loss: 0 teaches nothing, 1 is neutral`)}>
        {name}
      </span>
      <Slider
        label={`Weight of ${name}`}
        min={0}
        max={LAST_POSITION}
        step={1}
        // What was taken over may lie between two positions.
        value={positionOf(weight)}
        text={weightText(weight)}
        onChange={(position) => training.setClassWeight(id, weightAt(position))}
      />
    </div>
  );
}
