import { ExportBuilder } from './exportBuilder.ts';
import type { ExportMessage, ExportReply } from './exportMessages.ts';
import { ExportError } from './exportRequest.ts';

const FAILED = 'This browser could not finish the export, perhaps for want of memory; nothing was changed.';

let builder: ExportBuilder | null = null;

self.addEventListener('message', (event: MessageEvent<ExportMessage>) => {
  void answer(event.data);
});

async function answer(message: ExportMessage): Promise<void> {
  try {
    reply(await carryOut(message));
  } catch (error) {
    reply({ type: 'refused', message: error instanceof ExportError ? error.message : FAILED });
  }
}

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

function reply(message: ExportReply): void {
  self.postMessage(message);
}
