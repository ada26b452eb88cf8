import { changesForNetwork, incompatibility, LOSSES, NETWORK_KINDS, TREATMENTS } from '../settings/learner.ts';
import { AdvancedSettings } from './AdvancedSettings.tsx';
import { useApp, useWorkbench } from './appContext.ts';
import controls from './controls.module.css';
import { Choice, Field, NumberField } from './fields.tsx';
import styles from './LearnerPanel.module.css';
import { LOSS_WORDS, NETWORK_WORDS, TREATMENT_WORDS } from './strings.ts';
import { tip } from './tooltip.ts';

/** What may be changed about the learner: the treatment of unlabeled pixels first, the rest below. */
export function LearnerPanel() {
  const workbench = useWorkbench();
  const settings = useApp((state) => state.settings);
  const trainingPictures = useApp((state) => state.trainingPictures);
  return (
    <section aria-label="Learner settings" className={styles.section}>
      <TreatmentChoice />
      <header className={styles.header}>
        <h2>Learner</h2>
        {trainingPictures > 1 && (
          <span {...tip('Pictures with labels that are neither left out nor for testing')}>
            Training on {trainingPictures} pictures
          </span>
        )}
      </header>
      <div className={styles.grid}>
        <Field stacked label="Loss" hint={LOSS_WORDS[settings.loss].hint}>
          <Choice
            label="Loss"
            value={settings.loss}
            options={LOSSES.map((loss) => ({
              value: loss,
              name: LOSS_WORDS[loss].name,
              disabledBecause: incompatibility(loss, settings.unlabeled),
            }))}
            onChange={(loss) => workbench.training.updateSettings({ loss })}
          />
        </Field>
        <Field stacked label="Network" hint={NETWORK_WORDS[settings.network.kind].hint}>
          <Choice
            label="Network"
            value={settings.network.kind}
            options={NETWORK_KINDS.map((kind) => ({ value: kind, name: NETWORK_WORDS[kind].name }))}
            onChange={(kind) =>
              workbench.training.updateSettings(changesForNetwork(settings, { ...settings.network, kind }))
            }
          />
        </Field>
        <Field
          stacked
          label="Learning rate"
          hint="How far each step goes. Too high and the loss jumps, too low and nothing happens."
        >
          <NumberField
            label="Learning rate"
            value={settings.learningRate}
            min={1e-6}
            max={1}
            onChange={(learningRate) => workbench.training.updateSettings({ learningRate })}
          />
        </Field>
        <Field
          stacked
          label="Step budget"
          hint="Train stops after this many steps; Continue goes on for as many again."
        >
          <NumberField
            label="Step budget"
            value={settings.stepBudget}
            min={1}
            max={100_000}
            whole
            onChange={(stepBudget) => workbench.training.updateSettings({ stepBudget })}
          />
        </Field>
      </div>
      <AdvancedSettings />
    </section>
  );
}

function TreatmentChoice() {
  const workbench = useWorkbench();
  const settings = useApp((state) => state.settings);
  const classes = useApp((state) => state.classes);
  const words = TREATMENT_WORDS[settings.unlabeled];
  return (
    <fieldset className={styles.treatment}>
      <legend>
        <h2>Unlabeled pixels</h2>
      </legend>
      <div className={styles.chips}>
        {TREATMENTS.map((treatment) => {
          const reason = incompatibility(settings.loss, treatment);
          return (
            <label key={treatment} className={styles.chip} {...tip(reason ?? TREATMENT_WORDS[treatment].hint)}>
              <input
                type="radio"
                name="treatment"
                checked={settings.unlabeled === treatment}
                disabled={reason !== null}
                onChange={() => workbench.training.updateSettings({ unlabeled: treatment })}
              />
              <span>{TREATMENT_WORDS[treatment].name}</span>
            </label>
          );
        })}
      </div>
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
    </fieldset>
  );
}
