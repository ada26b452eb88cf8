import { Pause, Play, StepForward } from 'lucide-react';
import { STEP_PACES } from '../../../state/inspection.ts';
import { isBusy, isWithoutLearner } from '../../../state/selectors.ts';
import { useApp, useWorkbench } from '../../appContext.ts';
import controls from '../../controls/controls.module.css';
import { augmentationNote, paceWords } from './inspectionWords.ts';
import { PixelPicker } from './PixelPicker.tsx';
import styles from './SlowPanel.module.css';
import { StepStages } from './StepStages.tsx';

/** One training step, taken apart on a chosen pixel. */
export function SlowPanel() {
  const probed = useApp((state) => state.inspection.probed);
  const settings = useApp((state) => state.training.settings);
  const trainingPictures = useApp((state) => state.training.trainingPictures);
  const note = augmentationNote(settings, trainingPictures);
  return (
    <>
      <Transport />
      <PixelPicker />
      {probed === null ? (
        <p className={styles.note}>Choose a pixel of the picture; it is taken apart as soon as the learner runs.</p>
      ) : (
        <StepStages probed={probed} />
      )}
      {note !== null && <p className={styles.note}>{note}</p>}
    </>
  );
}

function Transport() {
  const { slowMotion } = useWorkbench();
  const playsSlowly = useApp((state) => state.inspection.playsSlowly);
  const phase = useApp((state) => state.training.phase);
  const pace = useApp((state) => state.inspection.stepPace);
  const canLearn = useApp((state) => state.document.trainedClassCount > 0 && !isWithoutLearner(state.training.phase));
  const plays = playsSlowly || isBusy(phase);
  return (
    <div className={styles.transport}>
      <button type="button" className={controls.primary} disabled={!canLearn} onClick={() => slowMotion.toggle()}>
        {plays ? <Pause size={16} /> : <Play size={16} />}
        <span>{plays ? 'Pause' : 'Play'}</span>
      </button>
      <button type="button" className={controls.button} disabled={!canLearn || plays} onClick={() => slowMotion.step()}>
        <StepForward size={16} />
        One step
      </button>
      <label className={styles.pace}>
        <span>{paceWords(pace)}</span>
        <input
          type="range"
          aria-label="Speed"
          aria-valuetext={paceWords(pace)}
          min={0}
          max={STEP_PACES.length - 1}
          step={1}
          value={STEP_PACES.indexOf(pace)}
          onChange={(event) => slowMotion.setPace(STEP_PACES[Number(event.target.value)] ?? 'full')}
        />
      </label>
    </div>
  );
}
