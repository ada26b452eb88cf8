import type { ProjectChange } from '../../editor/projectChange.ts';
import { encodePatch } from '../../labels/patchCodec.ts';
import { NO_PICTURE } from '../../state/store.ts';
import type { Bench } from '../bench.ts';
import type { InspectionDesk } from '../lab/inspectionDesk.ts';
import type { TimelineDesk } from '../lab/timelineDesk.ts';
import type { Messages } from '../messages.ts';
import { nextTask } from '../nextTask.ts';
import type { CorrectionNotes } from '../painting/correctionNotes.ts';
import type { HoldOut } from '../painting/holdOut.ts';
import type { Painting } from '../painting/painting.ts';
import type { StageView } from '../painting/stageView.ts';
import type { Suggestions } from '../painting/suggestions.ts';
import type { PictureDesk } from '../pictures/pictureDesk.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import { tellFailure } from '../tellFailure.ts';
import type { TrainingDesk } from '../training/trainingDesk.ts';
import type { TrainingLink } from '../training/trainingLink.ts';
import type { OpenProject } from './openProject.ts';
import type { ProjectDesk } from './projectDesk.ts';
import { labelFacts, pictureFacts, projectFacts } from './projectFacts.ts';

export interface ProjectFollowerParts {
  readonly bench: Bench;
  readonly link: TrainingLink;
  readonly holdOut: HoldOut;
  readonly corrections: CorrectionNotes;
  /** What is on the screen, if anything is. */
  view(): StageView | null;
}

/** Whom a change of the open project concerns. */
interface Desks {
  finishGesture(): void;
  readonly inspection: InspectionDesk;
  readonly messages: Messages;
  readonly painting: Painting;
  readonly pictures: PictureDesk;
  readonly projects: ProjectDesk;
  readonly suggestions: Suggestions;
  readonly timeline: TimelineDesk;
  readonly training: TrainingDesk;
}

/** Puts the open project's facts into the store. */
export function showFacts({ project, picture, store }: Bench): void {
  if (project === null) return;
  const facts = projectFacts(project, store.getState());
  store.setState(picture === null ? facts : { ...facts, ...labelFacts(picture, project) });
}

/**
 * Puts a project and its pictures on the bench and the screen, and has learner, storage, scores and desks follow what
 * changes in it.
 */
export class ProjectFollower {
  readonly #parts: ProjectFollowerParts;
  readonly #desks: Desks;
  #unfollow: (() => void) | null = null;

  constructor(parts: ProjectFollowerParts, desks: Desks) {
    this.#parts = parts;
    this.#desks = desks;
  }

  /** Opens `project` in place of the one that is open. */
  adopt(project: OpenProject): void {
    const { bench, link, holdOut, corrections } = this.#parts;
    const { painting, timeline } = this.#desks;
    // While its project is still the open one, whose labels it belongs to.
    this.#desks.finishGesture();
    this.#desks.messages.expire('picture');
    link.close();
    bench.project = project;
    bench.picture = null;
    bench.setSettings(project.settings);
    corrections.projectOpened();
    timeline.projectOpened(project);
    project.document.paintsOnlyUnlabeled = bench.store.getState().paintsOnlyUnlabeled;
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
    showFacts(this.#parts.bench);
    await nextTask();
    this.#parts.link.addPicture(picture);
    await nextTask();
    await this.#desks.projects.saver?.pictureAdded(project);
  }

  /** Puts a decoded picture on the screen and makes it the one that is predicted. */
  showPicture(picture: ProjectPicture | null): void {
    const { bench, link } = this.#parts;
    // A stroke that is still being painted belongs to the picture that leaves the screen.
    this.#desks.finishGesture();
    const former = bench.picture;
    this.#put(picture);
    if (former !== picture) former?.release();
    if (picture !== null) {
      link.addPicture(picture);
      link.activate(picture);
    }
    this.#desks.projects.saver?.factsChanged();
  }

  #put(picture: ProjectPicture | null): void {
    const { bench, view } = this.#parts;
    bench.picture = picture;
    this.#desks.suggestions.clear();
    if (bench.project === null) return;
    bench.project.activePictureId = picture?.id ?? null;
    bench.store.setState(picture === null ? NO_PICTURE : pictureFacts(picture));
    showFacts(bench);
    view()?.show(picture);
    this.#desks.inspection.pictureShown();
  }

  /** Hands the pictures that are not on the screen to the learner, one decoded at a time. */
  async #addTheRest(project: OpenProject): Promise<void> {
    const { bench, link } = this.#parts;
    for (const picture of project.shown) {
      if (link.knows(picture.id)) continue;
      try {
        await picture.open();
      } catch (error) {
        tellFailure(bench, error);
        continue;
      }
      if (bench.project !== project) return;
      link.addPicture(picture);
      if (picture !== bench.picture) picture.release();
    }
  }

  #documentChanged(project: OpenProject, change: ProjectChange): void {
    const { bench, link, holdOut, corrections, view } = this.#parts;
    const { messages, projects, suggestions, training } = this.#desks;
    if (project !== bench.project) return;
    if (change.type === 'stroke') {
      corrections.strokeChanged(change);
      return;
    }
    const isShown = 'pictureId' in change && change.pictureId === bench.picture?.id;
    // Whoever paints has seen the ring.
    if (change.type === 'patch' && isShown) suggestions.clear();
    if ('rect' in change && isShown) view()?.invalidateLabels(change.rect);
    if (change.type === 'pixels') return;
    if (change.type !== 'classMarks') messages.expire(change.type === 'classes' ? 'classes' : 'edit');
    if (change.type === 'classes') training.forgetClassWeights(project.document.classes.map(({ id }) => id));
    showFacts(bench);
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
    const { picture, store } = this.#parts.bench;
    if (picture === null || !project.document.pictures.includes(picture.labels)) {
      // At once: nobody may paint on what is gone while the next one is decoded.
      if (picture !== null) this.showPicture(null);
      const next = project.document.pictures[0];
      if (next !== undefined && project.pictures.has(next.id)) void this.#desks.pictures.open(next.id);
    } else {
      store.setState(pictureFacts(picture));
    }
    void this.#addTheRest(project);
  }
}
