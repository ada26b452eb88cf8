import type { RatePoint } from '../../../metrics/learningRateCurve.ts';
import { GpuError } from '../../../segmentation/recording/gpuWatch.ts';
import { DisagreementError } from '../../../segmentation/selfTest/disagreement.ts';
import { StepTooLargeError } from '../../../segmentation/trainer/stepMemory.ts';
import type { TunedAdapter } from '../../../settings/gpuVerdicts.ts';
import type { BackendInfo } from '../../backendMessages.ts';
import type { InspectionMaps, ProbedPixel } from '../../inspectionMessages.ts';
import type { BestLearner, Checkpoint, HeldOutScores, RawPrediction } from '../../learnerMessages.ts';
import { type Event, type FailureCause, type Phase, PROTOCOL_VERSION } from '../../protocol.ts';
import { DivergenceError, type TelemetryNews } from '../loop/trainingRun.ts';
import type { ActivePrediction, LearningProject, PicturePrediction, ScoresAtStep } from '../replica/learningProject.ts';
import type { PictureReplica } from '../replica/pictureReplica.ts';
import type { SessionPort } from '../sessionHost.ts';
import { sentenceOf } from './sentences.ts';

/**
 * What a session tells the page. Predictions and states are transferred: their arrays are empty here afterwards. Once the
 * worker cannot go on, only requests are answered: whoever waits is not left waiting, and nothing else is to be believed.
 */
export class Reports {
  readonly #port: SessionPort;
  #isOver = false;

  constructor(port: SessionPort) {
    this.#port = port;
  }

  started(backend: BackendInfo): void {
    this.#send({ type: 'started', protocolVersion: PROTOCOL_VERSION, backend });
  }

  learner({ id: projectId, learners }: LearningProject): void {
    const { a, b, difference } = learners;
    const { parameterCount, receptiveFieldPx } = a;
    const compared = b && difference && { difference, parameterCount: b.parameterCount };
    this.#send({ type: 'learner', projectId, parameterCount, receptiveFieldPx, compared });
  }

  status(project: LearningProject | null, phase: Phase, notice: string | null): void {
    this.#send({
      type: 'status',
      projectId: project?.id ?? null,
      phase,
      step: project?.trainer.step ?? 0,
      stepBudget: project?.trainer.budgetEnd ?? 0,
      trainingPictures: project?.trainer.trainingPictures ?? 0,
      notice,
    });
  }

  /** Nothing where there is no news. */
  telemetry({ id: projectId }: LearningProject, news: TelemetryNews | null): void {
    if (news !== null) this.#send({ type: 'telemetry', projectId, ...news });
  }

  /** `end`: the search is over, and why before its time, if so; `null`: it goes on. */
  rateSearch(
    { id: projectId }: LearningProject,
    points: readonly RatePoint[],
    end: { readonly because: string | null } | null,
  ): void {
    this.#send({ type: 'rateSearch', projectId, points, isOver: end !== null, stoppedBecause: end?.because ?? null });
  }

  prediction(project: LearningProject, picture: PictureReplica, found: ActivePrediction): void {
    const { labelRevision, scores, comparedScores } = found;
    const raw = rawPrediction(picture, found);
    const compared = found.compared &&
      comparedScores && { ...rawPrediction(picture, found.compared), scores: comparedScores };
    this.#send(
      { type: 'prediction', projectId: project.id, pictureId: picture.id, labelRevision, scores, compared, ...raw },
      [...buffersOf(raw), ...(compared === null ? [] : buffersOf(compared))],
    );
  }

  /** Scores of the active picture or of another one. */
  scores(project: LearningProject, picture: PictureReplica, { comparedScores, ...scored }: ScoresAtStep): void {
    const of = { projectId: project.id, pictureId: picture.id, ...scored };
    if (picture === project.active) this.#send({ type: 'scores', ...of, comparedScores });
    else this.#send({ type: 'pictureScores', ...of });
  }

  heldOutScores({ id: projectId, trainer }: LearningProject, scores: HeldOutScores, best: BestLearner | null): void {
    this.#send({ type: 'heldOutScores', projectId, step: trainer.step, scores, best });
  }

  wentBack({ id: projectId, trainer }: LearningProject, state: ArrayBuffer | null): void {
    this.#send({ type: 'wentBack', projectId, step: trainer.step, state }, state === null ? [] : [state]);
  }

  snapshots({ id: projectId }: LearningProject, steps: readonly number[]): void {
    this.#send({ type: 'snapshots', projectId, steps });
  }

  predicted(requestId: number, picture: PictureReplica | null, found: PicturePrediction | null): void {
    const prediction = picture === null || found === null ? null : rawPrediction(picture, found);
    this.#send({ type: 'predicted', requestId, prediction }, prediction === null ? [] : buffersOf(prediction));
  }

  inspection({ id: projectId }: LearningProject, { id: pictureId }: PictureReplica, maps: InspectionMaps): void {
    const buffers = maps.smoothness === null ? [maps.labelLoss] : [maps.labelLoss, maps.smoothness];
    this.#send({ type: 'inspection', projectId, pictureId, ...maps }, buffers);
  }

  probed(requestId: number, pixel: ProbedPixel | null): void {
    this.#send({ type: 'probed', requestId, pixel });
  }

  saved(requestId: number, project: LearningProject | null, state: ArrayBuffer | null, failure: unknown = null): void {
    const projectId = project?.id ?? '';
    const sentence = failure === null ? null : sentenceOf(failure);
    this.#send({ type: 'saved', requestId, projectId, state, failure: sentence }, state === null ? [] : [state]);
  }

  checkpoint({ id: projectId }: LearningProject, checkpoint: Checkpoint): void {
    this.#send({ type: 'checkpoint', projectId, ...checkpoint }, [checkpoint.state]);
  }

  /** An adapter computes these programs as the processor does. */
  gpuTested(adapter: string, programs: readonly string[]): void {
    this.#send({ type: 'gpuTested', adapter, programs });
  }

  /** How an adapter was found to work best. */
  tuned(tuned: TunedAdapter): void {
    this.#send({ type: 'tuned', ...tuned });
  }

  alive(): void {
    this.#send({ type: 'alive' });
  }

  cleared({ id: projectId }: LearningProject, state: ArrayBuffer | null): void {
    this.#send({ type: 'cleared', projectId, state }, state === null ? [] : [state]);
  }

  /** `fatal`: the worker has to be started again; what comes of it is not told, too. */
  failed(error: unknown, fatal: boolean): void {
    this.#send({ type: 'failed', message: sentenceOf(error), fatal, cause: causeOf(error) });
    this.#isOver ||= fatal;
  }

  #send(event: Event, transfer: Transferable[] = []): void {
    if (this.#isOver && !('requestId' in event)) return;
    this.#port.send(event, transfer);
  }
}

function causeOf(error: unknown): FailureCause | null {
  if (error instanceof GpuError) return error.failure;
  if (error instanceof DisagreementError) return 'disagreement';
  if (error instanceof StepTooLargeError) return 'memory';
  return error instanceof DivergenceError && error.isOwn ? 'diverged' : null;
}

function rawPrediction(
  { planes }: PictureReplica,
  { step, classMap, confidence, margin }: PicturePrediction,
): RawPrediction {
  const { width, height } = planes;
  return { step, width, height, classMap: classMap.buffer, confidence: confidence.buffer, margin: margin.buffer };
}

function buffersOf({ classMap, confidence, margin }: RawPrediction): ArrayBuffer[] {
  return [classMap, confidence, margin];
}
