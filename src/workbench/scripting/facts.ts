import { UNLABELED } from '../../labels/planes.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import type { PictureUse } from '../../settings/pictureUse.ts';
import type { ProjectSlice } from '../../state/project.ts';
import { labeledPixels, labeledShare, openScores } from '../../state/selectors.ts';
import type { TrainingSlice } from '../../state/training.ts';
import type { BackendName } from '../../training/backendMessages.ts';
import type { ShownPrediction } from '../pictures/projectPicture.ts';
import type { Workbench } from '../workbench.ts';

/** What the page shows, in figures. `null`: undefined, or not known yet. */
export interface Metrics {
  readonly step: number;
  /** The label loss of the newest step's augmented batch. */
  readonly loss: number | null;
  /** Share of the labeled pixels that the newest prediction has right, held-out strokes left out. */
  readonly maskedAccuracy: number | null;
  readonly meanIou: number | null;
  /** By class id. */
  readonly iouByClass: Readonly<Record<number, number>>;
  /** Against the exact mask, where one is known. */
  readonly trueAccuracy: number | null;
  readonly trueMeanIou: number | null;
  /** Of the held-out strokes. */
  readonly heldOutAccuracy: number | null;
  readonly heldOutMeanIou: number | null;
  /** Share of the pixels that are labeled. */
  readonly labeledShare: number;
}

/** What scripts and the console may read of the page. Arrays are copies. */
export interface ScriptedFacts {
  /** The open picture's label planes, row-major; `null` before one is open. */
  getLabels(): { width: number; height: number; classIds: Uint8Array; strokeIds: Uint16Array } | null;
  /** The prediction of the open picture that the page shows; `getClassMap` makes one of now. */
  getPrediction(): ShownPrediction | null;
  /**
   * How hard each term of the loss pulls at every pixel's logits, row-major, exactly 0 where it does not; `null` unless the
   * lab has taken the open picture apart. Smoothness is `null` where it is off.
   */
  getGradient(): { step: number; labelLoss: Float32Array; smoothness: Float32Array | null } | null;
  getMetrics(): Metrics;
  getStatus(): {
    phase: TrainingSlice['phase'];
    step: number;
    stepBudget: number;
    backend: BackendName | null;
    maskedAccuracy: number | null;
    trueAccuracy: number | null;
    /** Of the held-out strokes, and how many of all strokes these are. */
    heldOutAccuracy: number | null;
    heldOutMeanIou: number | null;
    heldOutStrokes: number;
    labeledPixels: number;
    loss: number | null;
    stepsPerSecond: number | null;
    /** Of the newest step. */
    learningRate: number | null;
    /** How much of each stroke was right before it was painted, for every learner that had strokes. */
    alreadyRight: number[][];
    /** Whether all that was painted is stored: see `ProjectSlice.saving`. */
    saving: ProjectSlice['saving'];
    /** Step of the learner that is stored; `null`: none is. */
    storedStep: number | null;
  };
  /** The open project: its classes in list order, its pictures in the strip's order, what is chosen about its learner. */
  getProject(): {
    id: string;
    name: string;
    settings: LearnerSettings;
    classes: { id: number; name: string; color: string }[];
    pictures: { id: string; name: string; use: PictureUse; done: boolean; labeledPixels: number; isOpen: boolean }[];
  } | null;
}

export function scriptedFacts(workbench: Workbench): ScriptedFacts {
  return {
    getLabels() {
      const planes = workbench.picture?.labels.planes;
      if (planes === undefined) return null;
      const { width, height, classIds, strokeIds } = planes;
      return { width, height, classIds: classIds.slice(), strokeIds: strokeIds.slice() };
    },
    getPrediction() {
      const prediction = workbench.picture?.shownPrediction ?? null;
      if (prediction === null) return null;
      const { classMap, confidence, margin } = prediction;
      return {
        ...prediction,
        classMap: classMap.slice(),
        confidence: confidence.slice(),
        margin: margin.slice(),
      };
    },
    getGradient() {
      const { maps } = workbench.inspection;
      const { newest } = workbench.store.getState().inspection;
      if (maps === null || newest === null) return null;
      const { labelLoss, smoothness } = maps;
      return {
        step: newest.step,
        labelLoss: labelLoss.values.slice(),
        smoothness: smoothness?.values.slice() ?? null,
      };
    },
    getMetrics: () => metricsOf(workbench),
    getStatus() {
      const state = workbench.store.getState();
      const { training, project, document } = state;
      const scores = openScores(state);
      return {
        phase: training.phase,
        step: training.step,
        stepBudget: training.stepBudget,
        backend: training.backend?.backend ?? null,
        maskedAccuracy: scores?.maskedAccuracy ?? null,
        trueAccuracy: scores?.trueAccuracy ?? null,
        heldOutAccuracy: training.heldOutScores?.maskedAccuracy ?? null,
        heldOutMeanIou: training.heldOutScores?.meanIou ?? null,
        heldOutStrokes: project.holdOut?.heldOut ?? 0,
        labeledPixels: labeledPixels(document),
        loss: training.loss,
        stepsPerSecond: training.stepsPerSecond,
        learningRate: training.learningRate,
        alreadyRight: workbench.project?.corrections.byLearner.map((shares) => [...shares]) ?? [],
        saving: project.saving,
        storedStep: project.storedStep,
      };
    },
    getProject() {
      const { project } = workbench;
      if (project === null) return null;
      const { id, name, document } = project;
      return {
        id,
        name,
        settings: structuredClone(project.settings),
        classes: document.classes.map((c) => ({ ...c })),
        pictures: document.pictures.map((picture) => ({
          id: picture.id,
          name: picture.name,
          use: picture.use,
          done: picture.done,
          labeledPixels: picture.width * picture.height - (picture.counts[UNLABELED] ?? 0),
          isOpen: picture.id === workbench.picture?.id,
        })),
      };
    },
  };
}

/** Today's figures. */
export function metricsOf({ store }: Workbench): Metrics {
  const state = store.getState();
  const { step, loss, heldOutScores } = state.training;
  const scores = openScores(state);
  return {
    step,
    loss,
    maskedAccuracy: scores?.maskedAccuracy ?? null,
    meanIou: scores?.meanIou ?? null,
    iouByClass: { ...scores?.iouByClass },
    trueAccuracy: scores?.trueAccuracy ?? null,
    trueMeanIou: scores?.trueMeanIou ?? null,
    heldOutAccuracy: heldOutScores?.maskedAccuracy ?? null,
    heldOutMeanIou: heldOutScores?.meanIou ?? null,
    labeledShare: labeledShare(state.document),
  };
}
