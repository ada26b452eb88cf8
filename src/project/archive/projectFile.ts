import { exchange } from '../exchange.ts';
import { PageFile } from '../page/pageFile.ts';
import type { ProjectContents } from '../projectState.ts';
import type { ArchiveReply, ArchiveRequest } from './archiveMessages.ts';
import archiveWorkerUrl from './archiveWorker.ts?worker&url';
import { ProjectFileError } from './projectFileError.ts';

const SCRIPT = new PageFile(archiveWorkerUrl);

/**
 * Writes a project as one file, in a worker of its own. Planes and learner are copied to it, one picture at a time,
 * and must not change until the promise settles.
 *
 * Throws a `ProjectFileError`, or a `PageFileError` when the worker's script does not arrive, with one sentence for a
 * person.
 */
export async function saveProjectFile({ state, pictures, learner }: ProjectContents): Promise<Blob> {
  return withWorker(async (ask) => {
    await ask({ type: 'begin', state });
    for (const { id } of state.pictures) {
      const picture = pictures.get(id);
      if (picture !== undefined) await ask({ type: 'picture', id, file: picture.file, planes: picture.planes });
    }
    const reply = await ask({ type: 'finish', learner });
    if (reply.type !== 'saved') throw workerFailed();
    return reply.archive;
  });
}

/**
 * Reads a project file that a person chose, in a worker of its own. Throws a `ProjectFileError` with one sentence for
 * them when it is not one, damaged, too large or made by a newer page, and a `PageFileError` when the worker's script
 * does not arrive.
 */
export async function openProjectFile(file: Blob): Promise<ProjectContents> {
  return withWorker(async (ask) => {
    const reply = await ask({ type: 'open', file });
    if (reply.type !== 'opened') throw workerFailed();
    return reply.contents;
  });
}

type Ask = (request: ArchiveRequest) => Promise<ArchiveReply>;

/** A worker for each file: what a large project took goes back at once. */
async function withWorker<Result>(use: (ask: Ask) => Promise<Result>): Promise<Result> {
  const worker = SCRIPT.startWorker();
  try {
    return await use(async (request) => {
      const reply = await exchange<ArchiveReply>(worker, request, workerFailed);
      if (reply.type === 'refused') throw new ProjectFileError(reply.message);
      return reply;
    });
  } finally {
    worker.terminate();
  }
}

function workerFailed(): ProjectFileError {
  return new ProjectFileError('The part of the page that reads and writes project files stopped; nothing was changed.');
}
