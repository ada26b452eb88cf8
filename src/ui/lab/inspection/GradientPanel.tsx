import { ShieldCheck, TriangleAlert } from 'lucide-react';
import { incompatibility, TREATMENTS } from '../../../settings/learner.ts';
import type { HeatMapKind } from '../../../state/inspection.ts';
import { useApp, useWorkbench } from '../../appContext.ts';
import { type Chip, Chips } from '../../controls/Chips.tsx';
import { TREATMENT_WORDS } from '../../strings.ts';
import styles from './GradientPanel.module.css';
import { HeatLegend } from './HeatLegend.tsx';
import { proofOf, smoothnessWords } from './inspectionWords.ts';
import { PixelCard } from './PixelCard.tsx';
import { PixelPicker } from './PixelPicker.tsx';

/** Where the loss pulls at the network, and where it does not at all. */
export function GradientPanel() {
  const { inspection: actions } = useWorkbench();
  const heatMap = useApp((state) => state.inspection.heatMap);
  const inspection = useApp((state) => state.inspection.newest);
  const probed = useApp((state) => state.inspection.probed);
  const hasSmoothness = useApp((state) => state.training.settings.smoothness.weight > 0);
  const isGated = useApp((state) => state.training.settings.smoothness.gated);
  const maps: readonly Chip<HeatMapKind>[] = [
    { value: 'labelLoss', name: 'Label loss', hint: 'What the labels ask for' },
    {
      value: 'smoothness',
      name: 'Smoothness',
      hint: 'What neighbours of like colour ask of each other, with or without labels',
      disabledBecause: hasSmoothness ? null : 'Smoothness is off: switch it on in the learner’s settings.',
    },
  ];
  return (
    <>
      <Chips label="Gradient of" value={heatMap} chips={maps} onChange={(kind) => actions.showMap(kind)} />
      {inspection === null ? (
        <p className={styles.waiting}>Taking the picture’s loss apart…</p>
      ) : (
        <HeatLegend greatest={inspection.greatest[heatMap] ?? 0} step={inspection.step} />
      )}
      {heatMap === 'labelLoss' ? (
        <Proof />
      ) : (
        <p className={styles.waiting}>{smoothnessWords(hasSmoothness, isGated)}</p>
      )}
      <TreatmentSwitch />
      <PixelPicker />
      {probed === null ? (
        <p className={styles.waiting}>Point at the picture to see what is known of a pixel.</p>
      ) : (
        <PixelCard probed={probed} shows={heatMap} />
      )}
    </>
  );
}

function Proof() {
  const inspection = useApp((state) => state.inspection.newest);
  const { unlabeled, backgroundClassId } = useApp((state) => state.training.settings);
  const classes = useApp((state) => state.document.classes);
  if (inspection === null) return null;
  const background = classes.find(({ id }) => id === backgroundClassId) ?? classes[0];
  const name = unlabeled === 'extraClass' ? '“unlabeled”' : (background?.name ?? 'the background');
  const { isKept, finding, meaning } = proofOf(inspection.tally, unlabeled, name);
  return (
    <div className={styles.proof} data-kept={isKept} role="note" aria-label="Proof">
      {isKept ? <ShieldCheck size={20} /> : <TriangleAlert size={20} />}
      <p>
        <strong>{finding}</strong>
        <span>{meaning}</span>
      </p>
    </div>
  );
}

function TreatmentSwitch() {
  const { training } = useWorkbench();
  const settings = useApp((state) => state.training.settings);
  return (
    <fieldset className={styles.treatment}>
      <legend>
        <h3>Unlabeled pixels</h3>
      </legend>
      <Chips
        label="Treatment in the lab"
        value={settings.unlabeled}
        chips={TREATMENTS.map((value) => ({
          value,
          ...TREATMENT_WORDS[value],
          disabledBecause: incompatibility(settings.loss, value),
        }))}
        onChange={(unlabeled) => training.updateSettings({ unlabeled })}
      />
    </fieldset>
  );
}
