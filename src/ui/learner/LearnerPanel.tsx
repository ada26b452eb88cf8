import {
  changesForNetwork,
  changesForRecipe,
  incompatibility,
  LOSSES,
  type NetworkKind,
  RECIPES,
  recipeOf,
} from '../../settings/learner.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { Chips } from '../controls/Chips.tsx';
import { Choice, Field, NumberField } from '../controls/fields.tsx';
import { tip } from '../controls/tooltip.ts';
import { LOSS_WORDS, NETWORK_WORDS, RECIPE_WORDS } from '../strings.ts';
import { AdvancedSettings } from './AdvancedSettings.tsx';
import styles from './LearnerPanel.module.css';
import { FindRateButton } from './rateFinder/FindRateButton.tsx';
import { roundedRate } from './rateFinder/rateWords.ts';
import { TreatmentChoice } from './TreatmentChoice.tsx';

/** The best one first. */
const NETWORKS: readonly NetworkKind[] = ['pretrained', 'unet', 'plainUnet', 'context'];

/** What may be changed about the learner: the treatment of unlabeled pixels first, the rest below. */
export function LearnerPanel() {
  const workbench = useWorkbench();
  const settings = useApp((state) => state.training.settings);
  const trainingPictures = useApp((state) => state.training.trainingPictures);
  return (
    <section aria-label="Learner settings" className={styles.section}>
      <TreatmentChoice />
      <header className={styles.header}>
        <h2>Learner</h2>
        {trainingPictures > 1 && (
          <span {...tip('Pictures with labels that are neither left out nor for testing')}>
            {`Training on ${trainingPictures} pictures`}
          </span>
        )}
      </header>
      <Chips
        label="Recipe"
        value={recipeOf(settings)}
        chips={RECIPES.map((value) => ({ value, ...RECIPE_WORDS[value] }))}
        onChange={(recipe) => workbench.training.updateSettings(changesForRecipe(settings, recipe))}
      />
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
            options={NETWORKS.map((kind) => ({ value: kind, name: NETWORK_WORDS[kind].name }))}
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
          <div className={styles.withButton}>
            <NumberField
              label="Learning rate"
              value={settings.learningRate}
              min={1e-6}
              max={1}
              onChange={(learningRate) => workbench.training.updateSettings({ learningRate })}
            />
            <FindRateButton />
          </div>
          <input
            type="range"
            className={styles.rate}
            aria-label="Slide the learning rate"
            aria-valuetext={String(settings.learningRate)}
            min={-6}
            max={0}
            step={0.05}
            value={Math.log10(settings.learningRate)}
            onChange={(event) =>
              workbench.training.updateSettings({ learningRate: roundedRate(10 ** Number(event.target.value)) })
            }
          />
        </Field>
        <Field
          stacked
          label="Step budget"
          hint="Train stops after this many steps; new strokes add up to half as many, Continue as many again."
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
