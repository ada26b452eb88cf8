import type { LabelPlanes } from '../../labels/planes.ts';
import type { ProjectContents, ProjectState, SavedLearnerState } from '../projectState.ts';

/** What the page sends to the archive worker; each is answered before the next is sent. */
export type ArchiveRequest =
  | { readonly type: 'begin'; readonly state: ProjectState }
  | { readonly type: 'picture'; readonly id: string; readonly file: Blob; readonly planes: LabelPlanes }
  | { readonly type: 'finish'; readonly learner: SavedLearnerState | null }
  | { readonly type: 'open'; readonly file: Blob };

/** The worker's answers; `refused` to any request. */
export type ArchiveReply =
  | { readonly type: 'taken' }
  | { readonly type: 'saved'; readonly archive: Blob }
  | { readonly type: 'opened'; readonly contents: ProjectContents }
  | { readonly type: 'refused'; readonly message: string };
