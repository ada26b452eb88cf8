import type { ProjectChange } from '../../editor/projectChange.ts';
import { encodePatch } from '../../labels/patchCodec.ts';
import { NO_PICTURE } from '../../state/store.ts';
import type { InspectionActions } from '../lab/inspectionActions.ts';
import type { TimelineActions } from '../lab/timelineActions.ts';
import type { Messages } from '../messages.ts';
import { nextTask } from '../nextTask.ts';
import type { CorrectionNotes } from '../painting/correctionNotes.ts';
import type { HoldOut } from '../painting/holdOut.ts';
import type { PaintingActions } from '../painting/paintingActions.ts';
import type { SuggestionActions } from '../painting/suggestionActions.ts';
import type { PictureActions } from '../pictures/pictureActions.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import { tellFailure } from '../tellFailure.ts';
import type { TrainingActions } from '../training/trainingActions.ts';
import type { TrainingLink } from '../training/trainingLink.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';
import type { OpenProject } from './openProject.ts';
import type { ProjectActions } from './projectActions.ts';
import { labelFacts, pictureFacts, projectFacts } from './projectFacts.ts';

export interface ProjectFollowerParts {
  readonly context: WorkbenchContext;
  readonly link: TrainingLink;
  readonly holdOut: HoldOut;
  readonly corrections: CorrectionNotes;
}

/** Whom a change of the open project concerns. */
interface FollowingActions {
  finishGesture(): void;
  readonly inspection: InspectionActions;
  readonly messages: Messages;
  readonly painting: PaintingActions;
  readonly pictures: PictureActions;
  readonly projects: ProjectActions;
  readonly suggestions: SuggestionActions;
  readonly timeline: TimelineActions;
  readonly training: TrainingActions;
}

/** Puts the open project's facts into the store. */
export function showFacts({ project, picture, store }: WorkbenchContext): void {
  if (project === null) return;
  const facts = projectFacts(project, store.getState());
  store.setState(picture === null ? facts : { ...facts, ...labelFacts(picture, project) });
}

/**
 * Makes a project and its pictures the open ones and shows them, and has learner, storage, scores and actions follow what
 * changes in it.
 */
export class ProjectFollower {
  readonly #parts: ProjectFollowerParts;
  readonly #actions: FollowingActions;
  #unfollow: (() => void) | null = null;

  constructor(parts: ProjectFollowerParts, actions: FollowingActions) {
    this.#parts = parts;
    this.#actions = actions;
  }

  /** Opens `project` in place of the one that is open. */
  adopt(project: OpenProject): void {
    const { context, link, holdOut, corrections } = this.#parts;
    const { painting, timeline } = this.#actions;
    // While its project is still the open one, whose labels it belongs to.
    this.#actions.finishGesture();
    this.#actions.messages.expire('picture');
    link.close();
    context.project = project;
    context.picture = null;
    context.setSettings(project.settings);
    corrections.projectOpened();
    timeline.projectOpened(project);
    project.document.paintsOnlyUnlabeled = context.store.getState().paintsOnlyUnlabeled;
    // A project that is opened a second time in this page's life is followed once all the same.
    this.#unfollow?.();
    this.#unfollow = project.document.subscribe((change) => this.#documentChanged(project, change));
    const picture = project.pictures.get(project.activePictureId ?? '') ?? null;
    holdOut.update();
    this.#put(picture);
    painting.startOver();
    link.open(project, picture);
    void this.#addTheRest(project);
  }

  /** Hands a picture that came into `project` to the learner and to the storage. */
  async pictureAdded(project: OpenProject, picture: ProjectPicture): Promise<void> {
    showFacts(this.#parts.context);
    await nextTask();
    this.#parts.link.addPicture(picture);
    await nextTask();
    await this.#actions.projects.saver?.pictureAdded(project);
  }

  /** Puts a decoded picture on the screen and makes it the one that is predicted. */
  showPicture(picture: ProjectPicture | null): void {
    const { context, link } = this.#parts;
    // A stroke that is still being painted belongs to the picture that leaves the screen.
    this.#actions.finishGesture();
    const former = context.picture;
    this.#put(picture);
    if (former !== picture) former?.release();
    if (picture !== null) {
      link.addPicture(picture);
      link.activate(picture);
    }
    this.#actions.projects.saver?.factsChanged();
  }

  #put(picture: ProjectPicture | null): void {
    const { context } = this.#parts;
    context.picture = picture;
    this.#actions.suggestions.clear();
    if (context.project === null) return;
    context.project.activePictureId = picture?.id ?? null;
    context.store.setState(picture === null ? NO_PICTURE : pictureFacts(picture));
    showFacts(context);
    context.stage?.show(picture);
    this.#actions.inspection.pictureShown();
  }

  /** Hands the pictures that are not on the screen to the learner, one decoded at a time. */
  async #addTheRest(project: OpenProject): Promise<void> {
    const { context, link } = this.#parts;
    for (const picture of project.shown) {
      if (link.knows(picture.id)) continue;
      try {
        await picture.open();
      } catch (error) {
        tellFailure(context, error);
        continue;
      }
      if (context.project !== project) return;
      link.addPicture(picture);
      if (picture !== context.picture) picture.release();
    }
  }

  #documentChanged(project: OpenProject, change: ProjectChange): void {
    const { context, link, holdOut, corrections } = this.#parts;
    const { messages, projects, suggestions, training } = this.#actions;
    if (project !== context.project) return;
    if (change.type === 'stroke') {
      corrections.strokeChanged(change);
      return;
    }
    const isShown = 'pictureId' in change && change.pictureId === context.picture?.id;
    // Whoever paints has seen the ring.
    if (change.type === 'patch' && isShown) suggestions.clear();
    if ('rect' in change && isShown) context.stage?.invalidateLabels(change.rect);
    if (change.type === 'pixels') return;
    if (change.type !== 'classMarks') messages.expire(change.type === 'classes' ? 'classes' : 'edit');
    if (change.type === 'classes') training.forgetClassWeights(project.document.classes.map(({ id }) => id));
    showFacts(context);
    holdOut.update();
    if (change.type === 'patch') {
      const { pictureId, labelRevision, patch } = change;
      const encoded = { pictureId, labelRevision, bytes: encodePatch(patch) };
      link.labelsChanged(project, encoded);
      projects.saver?.labelsChanged(project, encoded);
    } else if (change.type !== 'history') {
      link.documentChanged(project, change);
      projects.saver?.documentChanged(project);
      if (change.type === 'pictures') this.#picturesChanged(project);
    }
  }

  /** A picture that was removed leaves the screen; one that came back is handed to the learner again. */
  #picturesChanged(project: OpenProject): void {
    const { picture, store } = this.#parts.context;
    if (picture === null || !project.document.pictures.includes(picture.labels)) {
      // At once: nobody may paint on what is gone while the next one is decoded.
      if (picture !== null) this.showPicture(null);
      const next = project.document.pictures[0];
      if (next !== undefined && project.pictures.has(next.id)) void this.#actions.pictures.open(next.id);
    } else {
      store.setState(pictureFacts(picture));
    }
    void this.#addTheRest(project);
  }
}
