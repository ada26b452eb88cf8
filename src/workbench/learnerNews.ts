import { NO_TRAINING } from '../state/store.ts';
import { TrainingCurves } from '../training/curves.ts';
import type { Event, PredictionScores } from '../training/protocol.ts';
import type { Bench } from './bench.ts';
import type { OpenProject } from './openProject.ts';
import type { ProjectPicture } from './projectPicture.ts';

/** What the news tell the page beyond the store's facts. */
export interface LearnerNewsListener {
  /** A picture has a new prediction, or none any more. */
  predictionChanged(picture: ProjectPicture): void;
  /** A picture has other scores. */
  scoresChanged(picture: ProjectPicture): void;
  /** The curves have new points, or are new. */
  curvesChanged(): void;
  /** What was learned is gone, or what was gone is back. */
  learnerChanged(how: 'gone' | 'back'): void;
}

/** Takes what the worker says of losses, predictions and scores into the store, the curves and the pictures. */
export class LearnerNews {
  readonly #bench: Bench;
  readonly #listener: LearnerNewsListener;

  constructor(bench: Bench, listener: LearnerNewsListener) {
    this.#bench = bench;
    this.#listener = listener;
  }

  telemetry(project: OpenProject, event: Extract<Event, { type: 'telemetry' }>): void {
    for (const { step, loss } of event.points) project.curves.loss.push(step, loss);
    const newest = event.points.at(-1);
    if (newest !== undefined) {
      const { step, loss, learningRate } = newest;
      const { stepsPerSecond } = event;
      this.#bench.store.setState({ step, loss, learningRate, stepsPerSecond, labelsChangedSinceStep: false });
    }
    this.#listener.curvesChanged();
  }

  prediction(project: OpenProject, event: Extract<Event, { type: 'prediction' }>): void {
    const picture = project.pictures.get(event.pictureId);
    if (picture === undefined) return;
    const isNew = picture.prediction?.step !== event.step;
    picture.prediction = {
      step: event.step,
      width: event.width,
      height: event.height,
      classMap: new Uint8Array(event.classMap),
      confidence: new Uint8Array(event.confidence),
      margin: new Uint8Array(event.margin),
    };
    if (isNew && picture === this.#bench.picture) this.#recordScores(project, event.step, event.scores);
    this.scores(picture, event.scores);
    this.#showPrediction(picture);
  }

  scores(picture: ProjectPicture | undefined, scores: PredictionScores): void {
    if (picture === undefined) return;
    picture.scores = scores;
    if (picture === this.#bench.picture) this.#bench.store.setState({ scores });
    this.#listener.scoresChanged(picture);
  }

  #recordScores(project: OpenProject, step: number, scores: PredictionScores): void {
    for (const name of ['maskedAccuracy', 'meanIou', 'trueAccuracy', 'trueMeanIou'] as const) {
      const score = scores[name];
      if (score !== null) project.curves[name].push(step, score);
    }
    this.#listener.curvesChanged();
  }

  heldOutScores(project: OpenProject, event: Extract<Event, { type: 'heldOutScores' }>): void {
    const { store } = this.#bench;
    const { step, scores, best } = event;
    const { heldOutStep, holdOut } = store.getState();
    // What was scored before nothing was held out any more is late.
    if (holdOut === null || holdOut.heldOut === 0) return;
    if (heldOutStep !== step) {
      project.curves.heldOutAccuracy.push(step, scores.maskedAccuracy);
      project.curves.heldOutMeanIou.push(step, scores.meanIou);
      this.#listener.curvesChanged();
    }
    store.setState({ heldOutScores: scores, heldOutStep: step, bestLearner: best });
  }

  /** Curves, predictions and scores of a learner that is gone. */
  forgetLearner(project: OpenProject): void {
    project.curves = new TrainingCurves();
    for (const picture of project.pictures.values()) {
      if (picture.prediction === null && picture.scores === null) continue;
      picture.prediction = null;
      picture.scores = null;
      this.#listener.scoresChanged(picture);
      this.#showPrediction(picture);
    }
    this.#bench.store.setState({ ...NO_TRAINING });
    this.#listener.curvesChanged();
    this.#listener.learnerChanged('gone');
  }

  #showPrediction(picture: ProjectPicture): void {
    if (picture === this.#bench.picture) {
      const predictionStep = picture.prediction?.step ?? null;
      this.#bench.store.setState({ predictionStep, predictionAtMs: performance.now() });
    }
    this.#listener.predictionChanged(picture);
  }
}
