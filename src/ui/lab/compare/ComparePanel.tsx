import { differenceAsIs, suggestedDifference } from '../../../settings/difference.ts';
import { whyNotBegin } from '../../../workbench/commands/compareCommands.ts';
import { wantedDifference } from '../../../workbench/lab/compareActions.ts';
import { useApp, useWorkbench } from '../../appContext.ts';
import { Chips } from '../../controls/Chips.tsx';
import controls from '../../controls/controls.module.css';
import { Choice, Field } from '../../controls/fields.tsx';
import { tip } from '../../controls/tooltip.ts';
import { ComparedValue } from './ComparedValue.tsx';
import styles from './ComparePanel.module.css';
import { ComparisonFigures } from './ComparisonFigures.tsx';
import { COMPARED_SETTING_OPTIONS } from './comparedValues.ts';
import { COMPARED_SETTING_WORDS, valueName } from './compareWords.ts';

/** Two learners, one setting apart: what differs, both curves, and what it comes to. */
export function ComparePanel() {
  const workbench = useWorkbench();
  const settings = useApp((state) => state.training.settings);
  const chosenDifference = useApp((state) => state.comparison.chosenDifference);
  const isCompared = useApp((state) => state.comparison.learnerB !== null);
  const refusal = useApp(whyNotBegin);
  const difference = wantedDifference(chosenDifference, settings);
  const words = COMPARED_SETTING_WORDS[difference.setting];
  const isSame = differenceAsIs(settings, difference.setting).value === difference.value;
  return (
    <div className={styles.panel}>
      <Field label="What differs" hint={words.hint}>
        <Choice
          label="What differs"
          value={difference.setting}
          options={COMPARED_SETTING_OPTIONS}
          onChange={(setting) => workbench.compare.choose(suggestedDifference(settings, setting))}
        />
      </Field>
      <div className={styles.learners}>
        <div className={styles.learner} {...tip('Learner A has the settings of the page.')}>
          <b className={styles.a}>A</b>
          <span>{valueName(differenceAsIs(settings, difference.setting))}</span>
        </div>
        <div className={styles.learner}>
          <b className={styles.b}>B</b>
          <ComparedValue settings={settings} difference={difference} />
        </div>
      </div>
      {isCompared ? (
        <>
          <div className={styles.look}>
            <ViewChips />
            <DifferencesToggle />
          </div>
          {isSame && <p className={styles.note}>A has this too by now, so both learn the same.</p>}
          <ComparisonFigures difference={difference} />
          <button
            type="button"
            className={controls.button}
            onClick={() => workbench.compare.end()}
            {...tip('Ends the comparison. A stays as it is; only A is saved with the project')}
          >
            Go on with A alone
          </button>
        </>
      ) : (
        <>
          <button
            type="button"
            className={controls.primary}
            disabled={refusal !== null}
            onClick={() => workbench.compare.begin()}
            {...tip(refusal ?? 'Both take every step together, from the same seed')}
          >
            Train A and B
          </button>
          <p className={styles.note}>
            Both begin at step 0 from one seed and see the same strokes. What A has learned so far comes back with Undo.
          </p>
        </>
      )}
    </div>
  );
}

function ViewChips() {
  const workbench = useWorkbench();
  const view = useApp((state) => state.comparison.view);
  return (
    <div className={styles.view}>
      <Chips
        label="Shown"
        value={view}
        chips={[
          { value: 'divider', name: 'Divider', hint: 'A on the left of a line that you can drag, B on its right' },
          { value: 'panes', name: 'Two panes', hint: 'A and B side by side; they move together and share the cursor' },
        ]}
        onChange={(value) => workbench.compare.setView(value)}
      />
    </div>
  );
}

function DifferencesToggle() {
  const workbench = useWorkbench();
  const isOn = useApp((state) => state.comparison.showsDifferencesOnly);
  return (
    <button
      type="button"
      className={controls.button}
      onClick={() => workbench.compare.toggleDifferences()}
      {...tip(isOn ? 'Colours every pixel again' : 'Colours only the pixels that A and B call different things')}
    >
      {isOn ? 'All pixels' : 'Only differences'}
    </button>
  );
}
