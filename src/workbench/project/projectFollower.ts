import type { ProjectChange } from '../../editor/projectChange.ts';
import { encodePatch } from '../../labels/patchCodec.ts';
import { NO_PICTURE } from '../../state/document.ts';
import { nextTask } from '../nextTask.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import { tellFailure } from '../tellFailure.ts';
import type { TrainingLink } from '../training/trainingLink.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';
import type { OpenProject } from './openProject.ts';
import { labelFacts, pictureFacts, projectFacts } from './projectFacts.ts';

/**
 * Makes a project and its pictures the open ones, tells the workbench's other parts of it and of what changes in it, and
 * keeps the store's facts those of the document.
 */
export class ProjectFollower {
  readonly #context: WorkbenchContext;
  readonly #link: TrainingLink;
  #unfollow: (() => void) | null = null;

  constructor(context: WorkbenchContext, link: TrainingLink) {
    this.#context = context;
    this.#link = link;
    context.events.on('scoresChanged', () => this.#showFacts());
  }

  /** Opens `project` in place of the one that is open. */
  adopt(project: OpenProject): void {
    const context = this.#context;
    // While its project is still the open one, whose labels it belongs to.
    context.stage?.finishGesture();
    context.messages.expire('picture');
    this.#link.close();
    context.project = project;
    context.picture = null;
    context.setSettings(project.settings);
    project.document.paintsOnlyUnlabeled = context.store.getState().painting.paintsOnlyUnlabeled;
    // A project that is opened a second time in this page's life is followed once all the same.
    this.#unfollow?.();
    this.#unfollow = project.document.subscribe((change) => this.#documentChanged(project, change));
    // They are of the learner that the project was left with, which is not back yet, if it comes back at all.
    for (const picture of project.pictures.values()) picture.scores = null;
    this.#put(project.pictures.get(project.activePictureId ?? '') ?? null);
    context.events.emit('projectOpened', project);
    void this.#addTheRest(project);
  }

  /** Hands a picture that came into the open project to the learner. */
  async pictureAdded(picture: ProjectPicture): Promise<void> {
    this.#showFacts();
    await nextTask();
    this.#link.addPicture(picture);
    await nextTask();
  }

  /** Puts a decoded picture on the screen and makes it the one that is predicted. */
  showPicture(picture: ProjectPicture | null): void {
    // A stroke that is still being painted belongs to the picture that leaves the screen.
    this.#context.stage?.finishGesture();
    const former = this.#context.picture;
    this.#put(picture);
    if (former !== picture) former?.release();
  }

  #put(picture: ProjectPicture | null): void {
    const context = this.#context;
    context.picture = picture;
    if (context.project === null) return;
    context.project.activePictureId = picture?.id ?? null;
    context.store.setFacts({ document: picture === null ? NO_PICTURE : pictureFacts(picture) });
    this.#showFacts();
    context.stage?.show(picture);
    context.events.emit('pictureShown', picture);
  }

  /** Hands the pictures that are not on the screen to the learner, one decoded at a time. */
  async #addTheRest(project: OpenProject): Promise<void> {
    for (const picture of project.shown) {
      if (this.#link.knows(picture.id)) continue;
      try {
        await picture.open();
      } catch (error) {
        tellFailure(this.#context, error);
        continue;
      }
      if (this.#context.project !== project) return;
      this.#link.addPicture(picture);
      if (picture !== this.#context.picture) picture.release();
    }
  }

  #documentChanged(project: OpenProject, change: ProjectChange): void {
    const { events, messages } = this.#context;
    if (project !== this.#context.project) return;
    if (change.type !== 'stroke' && change.type !== 'pixels') {
      if (change.type !== 'classMarks') messages.expire(change.type === 'classes' ? 'classes' : 'edit');
      this.#showFacts();
    }
    events.emit('documentChanged', { project, change });
    if (change.type === 'patch') {
      const { pictureId, labelRevision, patch } = change;
      const encoded = { pictureId, labelRevision, bytes: encodePatch(patch) };
      events.emit('labelsChanged', { project, patch: encoded });
    }
    if (change.type === 'pictures') this.#picturesChanged(project);
  }

  #picturesChanged(project: OpenProject): void {
    const { picture, store } = this.#context;
    const isShown = picture !== null && project.document.pictures.includes(picture.labels);
    if (isShown) store.setFacts({ document: pictureFacts(picture) });
    void this.#addTheRest(project);
  }

  #showFacts(): void {
    const { project, picture, store } = this.#context;
    if (project === null) return;
    const facts = projectFacts(project, store.getState());
    const labels = picture === null ? {} : labelFacts(picture, project);
    store.setFacts({ ...facts, document: { ...facts.document, ...labels } });
  }
}
