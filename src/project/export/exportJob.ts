import { exchange } from '../exchange.ts';
import { PageFile } from '../page/pageFile.ts';
import type { ExportMessage, ExportReply } from './exportMessages.ts';
import {
  ExportError,
  type ExportedClasses,
  type ExportedFile,
  type ExportPicture,
  type ExportRequest,
  needsPixels,
  needsPrediction,
} from './exportRequest.ts';
import exportWorkerUrl from './exportWorker.ts?worker&url';

const SCRIPT = new PageFile(exportWorkerUrl);

/**
 * An export under way in a worker of its own. Pictures are added one after another, so that the page never holds the
 * predictions of all of them.
 *
 * Every method throws an `ExportError` with one sentence for a person, or a `PageFileError` when the worker's script does
 * not arrive; the job has ended then. A job ends with `finish` or `cancel`.
 */
export class ExportJob {
  readonly #worker = SCRIPT.startWorker();
  readonly #cancellation = new AbortController();
  readonly #request: ExportRequest;

  private constructor(request: ExportRequest) {
    this.#request = request;
  }

  static async start(request: ExportRequest, classes: ExportedClasses): Promise<ExportJob> {
    const job = new ExportJob(request);
    await job.#ask({ type: 'begin', request, classes });
    return job;
  }

  /** Adds a picture, which is copied before this returns; await it before the next. */
  async add(picture: ExportPicture): Promise<void> {
    const { name, file, width, height, originalWidth, originalHeight, use, classIds, scores } = picture;
    const prediction =
      picture.prediction !== null && needsPrediction(this.#request) ? { classMap: picture.prediction.classMap } : null;
    const pixels = needsPixels(this.#request) ? picture.pixels : null;
    // Named one by one: what a caller's object holds besides is not copied.
    const facts = { name, file, width, height, originalWidth, originalHeight, use, classIds, scores };
    await this.#ask({ type: 'picture', picture: { ...facts, pixels, prediction } });
  }

  /** The file, once every picture was added. */
  async finish(): Promise<ExportedFile> {
    const reply = await this.#ask({ type: 'finish' });
    this.cancel();
    if (reply.type !== 'finished') throw workerFailed();
    return reply.file;
  }

  /** Ends the job; what is awaited rejects. Does nothing after the end. */
  cancel(): void {
    this.#cancellation.abort(new ExportError('The export was cancelled.'));
    this.#worker.terminate();
  }

  async #ask(message: ExportMessage): Promise<ExportReply> {
    try {
      const reply = await exchange<ExportReply>(this.#worker, message, workerFailed, this.#cancellation.signal);
      if (reply.type === 'refused') throw new ExportError(reply.message);
      return reply;
    } catch (error) {
      this.cancel();
      throw error;
    }
  }
}

function workerFailed(): ExportError {
  return new ExportError('The part of the page that writes exports stopped; nothing was changed.');
}
