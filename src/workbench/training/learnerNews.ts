import { disagreementOf } from '../../metrics/disagreement.ts';
import { NO_COMPARED_FIGURES } from '../../state/comparison.ts';
import { NO_TRAINING } from '../../state/training.ts';
import type { UnaskedEvent } from '../../training/client.ts';
import { TrainingCurves } from '../../training/curves.ts';
import type { ComparedLearner, PredictionScores, RawPrediction } from '../../training/learnerMessages.ts';
import type { Event } from '../../training/protocol.ts';
import type { ProjectPicture, ShownPrediction } from '../pictures/projectPicture.ts';
import type { OpenProject } from '../project/openProject.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

/** Takes what the worker says of losses, predictions and scores into the store, the curves and the pictures. */
export class LearnerNews {
  readonly #context: WorkbenchContext;

  constructor(context: WorkbenchContext) {
    this.#context = context;
  }

  /** Takes an event about the open project over if it is one of these news; false where it is another. */
  receive(project: OpenProject, event: UnaskedEvent): boolean {
    switch (event.type) {
      case 'learner':
        this.#learner(project, event);
        return true;
      case 'telemetry':
        this.#telemetry(project, event);
        return true;
      case 'prediction':
        this.#prediction(project, event);
        return true;
      case 'scores':
        this.#scores(project.pictures.get(event.pictureId), event.scores, event.comparedScores);
        return true;
      case 'pictureScores':
        this.#scores(project.pictures.get(event.pictureId), event.scores);
        return true;
      case 'heldOutScores':
        this.#heldOutScores(project, event);
        return true;
      default:
        return false;
    }
  }

  #learner(project: OpenProject, event: Extract<Event, { type: 'learner' }>): void {
    const { parameterCount, receptiveFieldPx, compared } = event;
    this.#context.store.setFacts({ training: { parameterCount, receptiveFieldPx } });
    this.#compared(project, compared);
  }

  #telemetry(project: OpenProject, event: Extract<Event, { type: 'telemetry' }>): void {
    for (const { step, loss } of event.points) project.curves.loss.push(step, loss);
    for (const { step, loss } of event.comparedPoints) project.comparedCurves.loss.push(step, loss);
    const comparedLoss = event.comparedPoints.at(-1)?.loss;
    if (comparedLoss !== undefined) this.#context.store.setFacts({ comparison: { comparedLoss } });
    const newest = event.points.at(-1);
    if (newest !== undefined) {
      const { step, loss, learningRate } = newest;
      const { stepsPerSecond } = event;
      const training = { step, loss, learningRate, stepsPerSecond, labelsChangedSinceStep: false };
      this.#context.store.setFacts({ training });
    }
    this.#context.events.emit('curvesChanged', null);
  }

  #prediction(project: OpenProject, event: Extract<Event, { type: 'prediction' }>): void {
    const picture = project.pictures.get(event.pictureId);
    if (picture === undefined) return;
    const isNew = picture.prediction?.step !== event.step;
    picture.prediction = predictionOf(event);
    picture.comparedPrediction = event.compared && predictionOf(event.compared);
    if (isNew && picture === this.#context.picture) {
      recordScores(project.curves, event.step, event.scores);
      if (event.compared !== null) recordScores(project.comparedCurves, event.step, event.compared.scores);
      this.#context.events.emit('curvesChanged', null);
    }
    this.#scores(picture, event.scores, event.compared?.scores ?? null);
    this.#showPrediction(picture);
  }

  /** `comparedScores`: learner B's, where two are compared. */
  #scores(
    picture: ProjectPicture | undefined,
    scores: PredictionScores,
    comparedScores: PredictionScores | null = null,
  ): void {
    if (picture === undefined) return;
    picture.scores = scores;
    if (picture === this.#context.picture) {
      this.#context.store.setFacts({ comparison: { comparedScores, disagreement: disagreementIn(picture) } });
    }
    this.#context.events.emit('scoresChanged', picture);
  }

  /** Another learner is beside the project's own, or none any more. */
  #compared(project: OpenProject, learnerB: ComparedLearner | null): void {
    const { store } = this.#context;
    const isOver = learnerB === null && store.getState().comparison.learnerB !== null;
    store.setFacts({ comparison: learnerB === null ? { learnerB, ...NO_COMPARED_FIGURES } : { learnerB } });
    if (!isOver) return;
    project.comparedCurves = new TrainingCurves();
    for (const picture of project.pictures.values()) {
      if (picture.comparedPrediction === null) continue;
      picture.comparedPrediction = null;
      this.#context.events.emit('predictionChanged', picture);
    }
    this.#context.events.emit('curvesChanged', null);
  }

  #heldOutScores(project: OpenProject, event: Extract<Event, { type: 'heldOutScores' }>): void {
    const { store } = this.#context;
    const { step, scores, best } = event;
    const { training, project: facts } = store.getState();
    // What was scored before nothing was held out any more is late.
    if (facts.holdOut === null || facts.holdOut.heldOut === 0) return;
    if (training.heldOutStep !== step) {
      project.curves.heldOutAccuracy.push(step, scores.maskedAccuracy);
      project.curves.heldOutMeanIou.push(step, scores.meanIou);
      this.#context.events.emit('curvesChanged', null);
    }
    store.setFacts({ training: { heldOutScores: scores, heldOutStep: step, bestLearner: best } });
  }

  /** Curves, predictions and scores of a learner that is gone. */
  forgetLearner(project: OpenProject): void {
    project.curves = new TrainingCurves();
    project.comparedCurves = new TrainingCurves();
    for (const picture of project.pictures.values()) {
      if (picture.prediction === null && picture.scores === null) continue;
      picture.prediction = null;
      picture.comparedPrediction = null;
      picture.scores = null;
      this.#context.events.emit('scoresChanged', picture);
      this.#showPrediction(picture);
    }
    this.#context.store.setFacts({ training: NO_TRAINING, comparison: NO_COMPARED_FIGURES });
    this.#context.events.emit('curvesChanged', null);
    this.#context.events.emit('learnerChanged', 'gone');
  }

  #showPrediction(picture: ProjectPicture): void {
    if (picture === this.#context.picture) {
      const predictionStep = picture.prediction?.step ?? null;
      this.#context.store.setFacts({ training: { predictionStep, predictionAtMs: performance.now() } });
    }
    this.#context.events.emit('predictionChanged', picture);
  }
}

/** Between what the two learners say of a picture; `null` where one of them has not been asked. */
export function disagreementIn({ prediction, comparedPrediction, labels, truth }: ProjectPicture) {
  if (prediction === null || comparedPrediction === null) return null;
  return disagreementOf(prediction.classMap, comparedPrediction.classMap, labels.planes.classIds, truth);
}

/** A prediction as the page keeps it; it takes the buffers over. */
export function predictionOf({ step, width, height, classMap, confidence, margin }: RawPrediction): ShownPrediction {
  return {
    step,
    width,
    height,
    classMap: new Uint8Array(classMap),
    confidence: new Uint8Array(confidence),
    margin: new Uint8Array(margin),
  };
}

function recordScores(curves: TrainingCurves, step: number, scores: PredictionScores): void {
  for (const name of ['maskedAccuracy', 'meanIou', 'trueAccuracy', 'trueMeanIou'] as const) {
    const score = scores[name];
    if (score !== null) curves[name].push(step, score);
  }
}
