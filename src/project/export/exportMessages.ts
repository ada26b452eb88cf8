import type { ExportedClasses, ExportedFile, ExportPicture, ExportRequest } from './exportRequest.ts';

/** What the page sends to the export worker; each is answered before the next is sent. */
export type ExportMessage =
  | { readonly type: 'begin'; readonly request: ExportRequest; readonly classes: ExportedClasses }
  | { readonly type: 'picture'; readonly picture: ExportPicture }
  | { readonly type: 'finish' };

/** The worker's answers; `refused` to any message. */
export type ExportReply =
  | { readonly type: 'taken' }
  | { readonly type: 'finished'; readonly file: ExportedFile }
  | { readonly type: 'refused'; readonly message: string };
