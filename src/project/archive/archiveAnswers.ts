import type { Answering } from '../../base/answerMessages.ts';
import type { ArchiveReply, ArchiveRequest } from './archiveMessages.ts';
import { readProjectArchive } from './archiveReader.ts';
import { ArchiveWriter } from './archiveWriter.ts';
import { ProjectFileError } from './projectFileError.ts';

const FAILED = 'This browser could not finish the project file, perhaps for want of memory; nothing was changed.';

/** What an archive worker does, one message after another. */
export function archiveAnswers(): Answering<ArchiveRequest, ArchiveReply> {
  let writer: ArchiveWriter | null = null;

  async function carryOut(request: ArchiveRequest): Promise<ArchiveReply> {
    if (request.type === 'open') return { type: 'opened', contents: await readProjectArchive(request.file) };
    if (request.type === 'begin') {
      writer = new ArchiveWriter(request.state);
      return { type: 'taken' };
    }
    if (writer === null) throw new Error('A project file begins with its state.');
    if (request.type === 'finish') return { type: 'saved', archive: writer.finish(request.learner) };
    await writer.addPicture(request.id, request.file, request.planes);
    return { type: 'taken' };
  }

  return {
    async answer(request) {
      const reply = await carryOut(request);
      return { reply, transfer: reply.type === 'opened' ? buffersOf(reply.contents) : [] };
    },
    refuse: (error) => ({ type: 'refused', message: error instanceof ProjectFileError ? error.message : FAILED }),
  };
}

function buffersOf({ pictures, learner }: Extract<ArchiveReply, { type: 'opened' }>['contents']): Transferable[] {
  const planes = [...pictures.values()].flatMap(({ planes: { classIds, strokeIds } }) => [
    classIds.buffer,
    strokeIds.buffer,
  ]);
  return learner === null ? planes : [...planes, learner.state];
}
