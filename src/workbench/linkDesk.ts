import { createPlanes, type LabelPlanes } from '../labels/planes.ts';
import { type EncodedLink, encodeLink, readLink } from '../project/link/linkCodec.ts';
import { strokesBetween } from '../project/link/linkStrokes.ts';
import type { LinkStart, SharedLink } from '../project/link/sharedLink.ts';
import type { SegmentationClass } from '../settings/classes.ts';
import type { PanelId } from '../settings/panels.ts';
import type { Bench } from './bench.ts';
import type { LabDesk } from './labDesk.ts';
import type { LessonDesk } from './lessonDesk.ts';
import type { ProjectDesk } from './projectDesk.ts';
import { exampleDocument } from './projectFactory.ts';
import type { TrainingDesk } from './trainingDesk.ts';

/** What a person chooses about a link; the rest is what is on the screen. */
export interface LinkChoices {
  readonly start: LinkStart;
  readonly hiddenPanels: readonly PanelId[];
  /** Of the lesson that is under way; `null`: the link begins none. */
  readonly lesson: string | null;
}

/** A link's fragment, or why there is none. */
export type MadeLink = EncodedLink | { readonly type: 'ownPicture' };

/** Experiments as links: opened, and made of what is on the screen. */
export class LinkDesk {
  readonly #bench: Bench;
  readonly #projects: ProjectDesk;
  readonly #training: TrainingDesk;
  readonly #lab: LabDesk;
  readonly #lessons: LessonDesk;
  /** The project that the address's link opened, while it is as the link made it. */
  openedId: string | null = null;

  constructor(bench: Bench, projects: ProjectDesk, training: TrainingDesk, lab: LabDesk, lessons: LessonDesk) {
    this.#bench = bench;
    this.#projects = projects;
    this.#training = training;
    this.#lab = lab;
    this.#lessons = lessons;
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
      this.#bench.messages.info(read.problem);
      return false;
    }
    const { link } = read;
    if (!(await this.#projects.openLink(link))) return false;
    this.openedId = this.#bench.project?.id ?? null;
    this.#lab.hide(link.hiddenPanels);
    if (link.labPanel === null) this.#lab.close();
    else this.#lab.open(link.labPanel);
    if (link.lesson !== null) this.#lessons.follow(link.lesson);
    if (link.start.type === 'train') this.#training.train(link.start.steps);
    return true;
  }

  /** The link to what is on the screen. */
  make(choices: LinkChoices): MadeLink {
    const { project, picture, store } = this.#bench;
    const sample = picture?.sample ?? null;
    const opened = picture?.opened ?? null;
    if (project === null || picture === null || sample === null || opened === null) return { type: 'ownPicture' };
    const { classes } = project.document;
    const { planes, strokeOrigins } = picture.labels;
    const { settings, labPanel } = store.getState();
    const starter = exampleDocument(sample, opened).picture(sample.id).planes;
    const linkFrom = (base: SharedLink['base'], from: LabelPlanes) => {
      const labels = strokesBetween(from, planes, strokeOrigins);
      return encodeLink({
        picture: sample.id,
        workingSizePx: project.workingSizePx,
        classes: sameClasses(classes, sample.classes) ? null : classes,
        settings,
        base,
        labels: labels.strokes.length === 0 ? null : labels,
        labPanel,
        ...choices,
      });
    };
    return shorter(linkFrom('starter', starter), linkFrom('empty', createPlanes(planes.width, planes.height)));
  }
}

function shorter(a: EncodedLink, b: EncodedLink): EncodedLink {
  if (a.type !== 'fits') return b;
  return b.type === 'fits' && b.fragment.length < a.fragment.length ? b : a;
}

function sameClasses(some: readonly SegmentationClass[], others: readonly SegmentationClass[]): boolean {
  const same = (a: SegmentationClass, b: SegmentationClass | undefined) =>
    a.id === b?.id && a.name === b.name && a.color === b.color;
  return some.length === others.length && some.every((each, i) => same(each, others[i]));
}
