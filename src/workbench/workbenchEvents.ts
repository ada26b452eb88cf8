import type { ProjectChange } from '../editor/projectChange.ts';
import type { LearnerSettings } from '../settings/learner.ts';
import type { BackendInfo } from '../training/backendMessages.ts';
import type { Event } from '../training/protocol.ts';
import type { ProjectPicture } from './pictures/projectPicture.ts';
import type { EncodedPatch, OpenProject } from './project/openProject.ts';

export type InspectionEvent = Extract<Event, { type: 'inspection' }>;

export type RateSearchEvent = Extract<Event, { type: 'rateSearch' }>;

/** A change of the open project's document; of labels those under way too, as `pixels` and `patch`. */
export interface DocumentChange {
  readonly project: OpenProject;
  readonly change: ProjectChange;
}

/** What the open project's pictures and labels tell. */
interface ProjectEvents {
  /** Another project is open in the place of the one before; its facts are in the store. */
  projectOpened: OpenProject;
  /** Another picture is open, or none is. */
  pictureShown: ProjectPicture | null;
  documentChanged: DocumentChange;
  /** A gesture changed a picture's labels. */
  labelsChanged: { readonly project: OpenProject; readonly patch: EncodedPatch };
  /** Something else was chosen about the learner. */
  settingsChanged: LearnerSettings;
}

/** What the open project's learner tells, beyond the store's facts. */
interface LearnerEvents {
  /** The learner runs on this backend; told once. */
  backendStarted: BackendInfo;
  /** A picture has a new prediction, or none any more. */
  predictionChanged: ProjectPicture;
  /** A picture has other scores. */
  scoresChanged: ProjectPicture;
  /** The curves have new points, or are new. */
  curvesChanged: null;
  /** What was learned is gone, or what was gone is back. */
  learnerChanged: 'gone' | 'back';
  /** The learner is that of this step before again. */
  wentBack: number;
  /** The worker keeps the learner of these steps. */
  snapshotsTaken: readonly number[];
  /** A search for a learning rate came further, or ended. */
  rateSearched: RateSearchEvent;
  /** A picture's loss was taken apart. */
  inspected: InspectionEvent;
  /** The learner has come to rest in another state than before: it may be saved. */
  learnerRested: null;
  /** The project has a newer copy of its learner. */
  learnerCopied: OpenProject;
  /** A person had the weights cleared. */
  learnerCleared: OpenProject;
  /** A loss is no number any more. */
  learnerDiverged: OpenProject;
}

/** All that the parts of the workbench tell each other. */
export type WorkbenchEvents = ProjectEvents & LearnerEvents;
