import { incompatibility, TREATMENTS } from '../../settings/learner.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { Chips } from '../controls/Chips.tsx';
import controls from '../controls/controls.module.css';
import { Choice, Field } from '../controls/fields.tsx';
import { TREATMENT_WORDS } from '../strings.ts';
import { SmoothnessField } from './SmoothnessField.tsx';
import styles from './TreatmentChoice.module.css';

/** What the label loss does with unlabeled pixels, and what else is learned from them. */
export function TreatmentChoice() {
  const workbench = useWorkbench();
  const settings = useApp((state) => state.training.settings);
  const classes = useApp((state) => state.document.classes);
  const words = TREATMENT_WORDS[settings.unlabeled];
  return (
    <fieldset className={styles.treatment} data-anchor="treatment">
      <legend>
        <h2>Unlabeled pixels</h2>
      </legend>
      <Chips
        label="Unlabeled pixels"
        value={settings.unlabeled}
        chips={TREATMENTS.map((value) => ({
          value,
          ...TREATMENT_WORDS[value],
          disabledBecause: incompatibility(settings.loss, value),
        }))}
        onChange={(unlabeled) => workbench.training.updateSettings({ unlabeled })}
      />
      {settings.unlabeled !== 'ignore' && <p className={controls.warning}>{words.hint}</p>}
      {settings.unlabeled === 'asBackground' && (
        <Field label="Trained as" hint="The class that unlabeled pixels are trained as.">
          <Choice
            label="Trained as"
            value={String(
              classes.some((c) => c.id === settings.backgroundClassId)
                ? settings.backgroundClassId
                : (classes[0]?.id ?? 0),
            )}
            options={classes.map((c) => ({ value: String(c.id), name: c.name }))}
            onChange={(id) => workbench.training.updateSettings({ backgroundClassId: Number(id) })}
          />
        </Field>
      )}
      <SmoothnessField />
    </fieldset>
  );
}
