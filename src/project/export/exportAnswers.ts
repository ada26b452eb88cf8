import type { Answering } from '../../base/answerMessages.ts';
import { ExportBuilder } from './exportBuilder.ts';
import type { ExportMessage, ExportReply } from './exportMessages.ts';
import { ExportError } from './exportRequest.ts';

const FAILED = 'This browser could not finish the export, perhaps for want of memory; nothing was changed.';

/** What an export worker does, one message after another. */
export function exportAnswers(): Answering<ExportMessage, ExportReply> {
  let builder: ExportBuilder | null = null;

  async function carryOut(message: ExportMessage): Promise<ExportReply> {
    if (message.type === 'begin') {
      builder = new ExportBuilder(message.request, message.classes);
      return { type: 'taken' };
    }
    if (builder === null) throw new Error('An export begins with its request.');
    if (message.type === 'finish') return { type: 'finished', file: builder.finish() };
    await builder.add(message.picture);
    return { type: 'taken' };
  }

  return {
    answer: async (message) => ({ reply: await carryOut(message) }),
    refuse: (error) => ({ type: 'refused', message: error instanceof ExportError ? error.message : FAILED }),
  };
}
