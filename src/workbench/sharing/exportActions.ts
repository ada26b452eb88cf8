import { ExportJob } from '../../project/export/exportJob.ts';
import {
  ExportError,
  type ExportPicture,
  type ExportRequest,
  needsPixels,
  needsPrediction,
} from '../../project/export/exportRequest.ts';
import type { PredictionScores } from '../../training/learnerMessages.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import { tellFailure } from '../tellFailure.ts';
import type { TrainingLink } from '../training/trainingLink.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

/** An export, of the picture on the screen or of all. */
export type ExportOrder = ExportRequest & { readonly scope: 'picture' | 'all' };

/** Exports: predictions are computed picture by picture, the files written in a worker, the result downloaded. */
export class ExportActions {
  readonly #context: WorkbenchContext;
  readonly #training: TrainingLink;
  #underWay: AbortController | null = null;

  constructor(context: WorkbenchContext, training: TrainingLink) {
    this.#context = context;
    this.#training = training;
  }

  /** Exports and downloads. Resolves when that is done, was cancelled, or what went wrong was told. */
  async start(order: ExportOrder): Promise<void> {
    const { project, picture, store } = this.#context;
    if (project === null || picture === null || this.#underWay !== null) return;
    const { scope, ...request } = order;
    const pictures = scope === 'all' ? project.shown : [picture];
    const cancellation = new AbortController();
    this.#underWay = cancellation;
    store.setFacts({ project: { exporting: { done: 0, total: pictures.length } } });
    let job: ExportJob | null = null;
    cancellation.signal.addEventListener('abort', () => job?.cancel());
    try {
      job = await ExportJob.start(request, project.document.classes);
      for (const [done, each] of pictures.entries()) {
        cancellation.signal.throwIfAborted();
        store.setFacts({ project: { exporting: { done, total: pictures.length } } });
        await job.add(await this.#gather(each, request));
      }
      const { name, blob } = await job.finish();
      cancellation.signal.throwIfAborted();
      this.#context.page.download(blob, name);
    } catch (error) {
      if (!cancellation.signal.aborted) tellFailure(this.#context, error);
    } finally {
      job?.cancel();
      this.#underWay = null;
      store.setFacts({ project: { exporting: null } });
    }
  }

  /** Ends the export under way; nothing is downloaded. */
  cancel(): void {
    this.#underWay?.abort();
  }

  async #gather(picture: ProjectPicture, request: ExportRequest): Promise<ExportPicture> {
    const { labels, file, originalWidth, originalHeight } = picture;
    const wasOpened = picture.opened !== null;
    const pixels = needsPixels(request) ? (await picture.open()).pixels : null;
    const prediction = needsPrediction(request) ? await this.#training.predict(picture) : null;
    if (needsPrediction(request) && prediction === null) {
      throw new ExportError('There is no prediction to export yet: train first. Nothing was exported.');
    }
    const classIds = labels.planes.classIds.slice();
    if (!wasOpened && picture !== this.#context.picture) picture.release();
    return {
      name: labels.name,
      file,
      pixels,
      width: labels.width,
      height: labels.height,
      originalWidth,
      originalHeight,
      use: labels.use,
      classIds,
      prediction,
      scores: picture.scores === null ? null : scoresOf(picture.scores),
    };
  }
}

function scoresOf({ maskedAccuracy, meanIou, iouByClass }: PredictionScores): ExportPicture['scores'] {
  const byClass = Object.entries(iouByClass).map(([id, iou]) => [Number(id), iou] as const);
  return { maskedAccuracy, meanIou, iouByClass: new Map(byClass) };
}
