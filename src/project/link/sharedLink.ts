import * as v from 'valibot';
import { classListSchema, type SegmentationClass } from '../../settings/classes.ts';
import type { SettingsDifference } from '../../settings/difference.ts';
import type { LearnerSettings } from '../../settings/learner.ts';
import { LAB_PANELS, type LabPanelId, PAGE_PANELS, type PanelId } from '../../settings/panels.ts';
import type { LinkLabels } from './linkStrokes.ts';

/** What the page does with the learner once the link is open. */
export type LinkStart =
  /** It waits for *Train*. */
  | { readonly type: 'wait' }
  /** It trains at once: this many steps, or, with `null`, its whole budget. */
  | { readonly type: 'train'; readonly steps: number | null };

/** What a link carries: one picture's whole experiment, to be repeated elsewhere. */
export interface SharedLink {
  /** Name of a built-in picture or of a generated scene. */
  readonly picture: string;
  /** Longest side that the picture is reduced to. */
  readonly workingSizePx: number;
  /** `null`: the picture's own. */
  readonly classes: readonly SegmentationClass[] | null;
  readonly settings: LearnerSettings;
  /** What `labels` are painted on: the picture's starter strokes, or nothing. */
  readonly base: 'starter' | 'empty';
  /** `null`: nothing. */
  readonly labels: LinkLabels | null;
  readonly lesson: string | null;
  /** Parts of the page that are not shown. */
  readonly hiddenPanels: readonly PanelId[];
  /** Panel of the teaching lab that is open. */
  readonly labPanel: LabPanelId | null;
  readonly start: LinkStart;
  /** What a second learner beside the first differs in; left out: there is none. */
  readonly compared?: SettingsDifference;
}

const nameSchema = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9-]{1,40}$/));
const stepsSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000));
const panelSchema = v.picklist([...PAGE_PANELS, ...LAB_PANELS]);

/** The part of a link that is text. What is as usual is left out. */
export const linkFactsSchema = v.object({
  picture: nameSchema,
  size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(32), v.maxValue(1024)), 512),
  classes: v.optional(v.nullable(classListSchema), null),
  /** Checked by `settingsWith`, which knows what is left out. */
  settings: v.optional(v.unknown(), {}),
  base: v.optional(v.picklist(['starter', 'empty']), 'starter'),
  lesson: v.optional(v.nullable(nameSchema), null),
  hidden: v.optional(v.pipe(v.array(panelSchema), v.maxLength(PAGE_PANELS.length + LAB_PANELS.length)), []),
  lab: v.optional(v.nullable(v.picklist(LAB_PANELS)), null),
  /** Checked by `parseDifference`. */
  compared: v.optional(v.unknown()),
  /** `true`: the whole budget. */
  train: v.optional(v.union([v.boolean(), stepsSchema]), false),
});

export type LinkFacts = v.InferInput<typeof linkFactsSchema>;
