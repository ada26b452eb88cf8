import type { PictureUse } from '../settings/pictureUse.ts';
import type { PredictionScores } from '../training/learnerMessages.ts';

/** The open project. */
export interface ProjectSlice {
  readonly projectId: string | null;
  readonly projectName: string;
  /** The built-in picture that the project is, if it is one. */
  readonly sampleId: string | null;
  /** Why nothing can be changed here, as a sentence; `null`: it can. */
  readonly readOnlyBecause: string | null;
  /** `none`: there is nothing to save yet. `failed`: what was painted last is in this page alone. */
  readonly saving: 'none' | 'saving' | 'saved' | 'failed';
  /** Step of the learner that is stored; `null`: none is. */
  readonly storedStep: number | null;
  /** How much of the strokes was predicted right before they were painted; `null` before there is one to tell of. */
  readonly corrections: CorrectionFacts | null;
  /** In the strip's order. */
  readonly pictures: readonly PictureEntry[];
  /** Strokes of the training pictures, and how many of them are held out; `null` where none are to be. */
  readonly holdOut: HoldOutCount | null;
  /** Projects that are not wholly stored, or not yet: what is missing is in this page alone. */
  readonly unsavedProjectIds: readonly string[];
  /** Saved projects, and those that are in this page alone, the newest first. */
  readonly projects: readonly ProjectEntry[];
  /** Rough size of all projects in the browser's storage; `null` where it is not known. */
  readonly storedBytes: number | null;
  /** Whether the browser promised to keep stored data until a person deletes it; `null` where it is not known. */
  readonly isPersistent: boolean | null;
  /** A project or a picture is being opened. */
  readonly opening: boolean;
  /** Pictures opened of those that were asked for; `null` while none are being added. */
  readonly adding: Progress | null;
  /** Pictures exported of all; `null` while nothing is being exported. */
  readonly exporting: Progress | null;
}

export interface HoldOutCount {
  readonly heldOut: number;
  readonly strokes: number;
}

/** Of the learner that has the newest strokes; another object whenever a point comes or goes. */
export interface CorrectionFacts {
  readonly strokes: number;
  /** Of the newest stroke, 0 to 1. */
  readonly latest: number;
  /** The mean of the newest few. */
  readonly recent: number;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
}

/** A picture of the open project, as the strip shows it. */
export interface PictureEntry {
  readonly pictureId: string;
  readonly title: string;
  /** URL of a small picture. */
  readonly thumbnail: string;
  /** Share of labeled pixels, 0 to 1. */
  readonly labeledShare: number;
  readonly use: PictureUse;
  readonly done: boolean;
  /** An exact mask is known, so the true accuracy can stand beside the masked one. */
  readonly hasTruth: boolean;
  /** Of its newest prediction, `null` before there is one. */
  readonly scores: PredictionScores | null;
}

/** A saved project, as the menu shows it. */
export interface ProjectEntry {
  readonly projectId: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly modifiedMs: number;
  readonly pictureCount: number;
  readonly sampleId: string | null;
  /** URL of a small picture, `null` where there is none. */
  readonly thumbnail: string | null;
}

/** Before any project is open. */
export const FIRST_PROJECT: ProjectSlice = {
  projectId: null,
  projectName: '',
  sampleId: null,
  readOnlyBecause: null,
  saving: 'none',
  storedStep: null,
  corrections: null,
  pictures: [],
  holdOut: null,
  unsavedProjectIds: [],
  projects: [],
  storedBytes: null,
  isPersistent: null,
  opening: true,
  adding: null,
  exporting: null,
};
