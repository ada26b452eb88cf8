import { createPlanes } from '../../labels/planes.ts';
import { type EncodedLink, encodeLink, readLink } from '../../project/link/linkCodec.ts';
import { encodeStrokes, type LinkLabels, strokesBetween } from '../../project/link/linkStrokes.ts';
import type { LinkStart, SharedLink } from '../../project/link/sharedLink.ts';
import type { Sample } from '../../samples/sample.ts';
import type { SegmentationClass } from '../../settings/classes.ts';
import type { PanelId } from '../../settings/panels.ts';
import type { CompareActions } from '../lab/compareActions.ts';
import type { LabActions } from '../lab/labActions.ts';
import type { LessonActions } from '../lab/lessonActions.ts';
import { nextTask } from '../nextTask.ts';
import type { ProjectPicture } from '../pictures/projectPicture.ts';
import type { ProjectActions } from '../project/projectActions.ts';
import { exampleDocument } from '../project/projectFactory.ts';
import type { TrainingActions } from '../training/trainingActions.ts';
import type { WorkbenchContext } from '../workbenchContext.ts';

/** What a person chooses about a link; the rest is what is on the screen. */
export interface LinkChoices {
  readonly start: LinkStart;
  readonly hiddenPanels: readonly PanelId[];
  /** Of the lesson that is under way; `null`: the link begins none. */
  readonly lesson: string | null;
}

/** What a link sets in motion. */
export interface LinkedActions {
  readonly projects: ProjectActions;
  readonly training: TrainingActions;
  readonly compare: CompareActions;
  readonly lab: LabActions;
  readonly lessons: LessonActions;
}

/** A link's fragment, or why there is none. */
export type MadeLink = EncodedLink | { readonly type: 'ownPicture' };

/** A picture's labels as they are in a link. */
interface PackedLabels extends Pick<SharedLink, 'base' | 'labels'> {
  readonly picture: ProjectPicture;
  readonly labelRevision: number;
  readonly strokes: Uint8Array<ArrayBuffer>;
}

/** Experiments as links: opened, and made of what is on the screen. */
export class LinkActions {
  readonly #context: WorkbenchContext;
  readonly #actions: LinkedActions;
  /** The project that the address's link opened, while it is as the link made it. */
  openedId: string | null = null;
  #latest: PackedLabels | null = null;

  constructor(context: WorkbenchContext, actions: LinkedActions) {
    this.#context = context;
    this.#actions = actions;
  }

  /**
   * Opens the link in a page's fragment, hides what it hides, and trains if it asks for it. False where there is none;
   * one that cannot be opened is told in a sentence and changes nothing.
   */
  async open(fragment: string): Promise<boolean> {
    const read = readLink(fragment);
    if (read === null) return false;
    this.openedId = null;
    if ('problem' in read) {
      this.#context.messages.info(read.problem);
      return false;
    }
    const { link } = read;
    if (!(await this.#actions.projects.openLink(link))) return false;
    this.openedId = this.#context.project?.id ?? null;
    this.#actions.lab.hide(link.hiddenPanels);
    if (link.labPanel === null) this.#actions.lab.close();
    else this.#actions.lab.open(link.labPanel);
    const { start, compared, lesson } = link;
    if (lesson !== null) this.#actions.lessons.follow(lesson);
    if (compared !== undefined) this.#actions.compare.choose(compared);
    if (start.type === 'train') {
      if (compared === undefined) this.#actions.training.train(start.steps);
      else this.#actions.compare.begin(start.steps);
    }
    return true;
  }

  /** The link to what is on the screen. */
  async make(choices: LinkChoices): Promise<MadeLink> {
    const { project, picture, store } = this.#context;
    const sample = picture?.sample ?? null;
    if (project === null || picture === null || sample === null) return { type: 'ownPicture' };
    const { base, labels, strokes } = await this.#packed(picture, sample);
    const { classes } = project.document;
    const { training, view, comparison } = store.getState();
    const link = {
      picture: sample.id,
      workingSizePx: project.workingSizePx,
      classes: sameClasses(classes, sample.classes) ? null : classes,
      settings: training.settings,
      base,
      labels,
      labPanel: view.labPanel,
      ...(comparison.learnerB !== null && { compared: comparison.learnerB.difference }),
      ...choices,
    };
    return encodeLink(link, strokes);
  }

  /** The open picture's labels, ready for a link; once for every state of them. */
  async #packed(picture: ProjectPicture, sample: Sample): Promise<PackedLabels> {
    const { labels } = picture;
    const { labelRevision } = labels;
    const known = this.#latest;
    if (known !== null && known.picture === picture && known.labelRevision === labelRevision) return known;
    // In tasks of their own, for a large picture takes each of them a while.
    const starter = exampleDocument(sample, await picture.open()).picture(sample.id);
    await nextTask();
    const fromStarter = strokesBetween(starter.planes, labels.planes, labels.strokeOrigins);
    await nextTask();
    const fromNothing = strokesBetween(createPlanes(labels.width, labels.height), labels.planes, labels.strokeOrigins);
    const isShorter = runCount(fromStarter) <= runCount(fromNothing);
    const kept = isShorter ? fromStarter : fromNothing;
    await nextTask();
    const packed: PackedLabels = {
      picture,
      labelRevision,
      base: isShorter ? 'starter' : 'empty',
      labels: kept.strokes.length === 0 ? null : kept,
      strokes: kept.strokes.length === 0 ? new Uint8Array() : encodeStrokes(kept),
    };
    this.#latest = packed;
    await nextTask();
    return packed;
  }
}

function runCount({ strokes }: LinkLabels): number {
  return strokes.reduce((count, { starts }) => count + starts.length, 0);
}

function sameClasses(some: readonly SegmentationClass[], others: readonly SegmentationClass[]): boolean {
  const same = (a: SegmentationClass, b: SegmentationClass | undefined) =>
    a.id === b?.id && a.name === b.name && a.color === b.color;
  return some.length === others.length && some.every((each, i) => same(each, others[i]));
}
