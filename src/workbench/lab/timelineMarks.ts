import type { HistoryItem } from '../../editor/projectChange.ts';
import type { LearnerSettings } from '../../settings/learner.ts';

export type SettingKey = keyof LearnerSettings;

/** Something that happened, at the learner's step of then. */
export type TimelineMark =
  | { readonly kind: 'edit'; readonly step: number; readonly name: string }
  | {
      readonly kind: 'settings';
      readonly step: number;
      readonly changed: readonly SettingKey[];
      readonly to: LearnerSettings;
    };

interface SettingsMark {
  step: number;
  readonly changed: readonly SettingKey[];
  readonly to: LearnerSettings;
}

/** What was noted of a learner that is no longer in place. */
interface FormerMarks {
  /** Its step when it went. */
  readonly step: number;
  readonly editSteps: ReadonlyMap<HistoryItem, number>;
  readonly settings: readonly SettingsMark[];
}

/** At which step of the learner every edit and every change of its settings was made. */
export class TimelineMarks {
  #editSteps = new Map<HistoryItem, number>();
  #settings: SettingsMark[] = [];
  #former: FormerMarks | null = null;

  /** Notes the edits of a history that are not noted yet, as made at `step`; those that it lost are forgotten. */
  noteEdits(history: readonly HistoryItem[], step: number): void {
    const newest = history.at(-1);
    if (newest !== undefined && this.#editSteps.has(newest) && this.#editSteps.size === history.length) return;
    this.#editSteps = new Map(history.map((item) => [item, this.#editSteps.get(item) ?? step]));
  }

  /** Changes at one step are one mark: a slider that is dragged, say. Before the first step nothing changes, but begins. */
  noteSettings(former: LearnerSettings, to: LearnerSettings, step: number): void {
    const changed = (Object.keys(to) as SettingKey[]).filter((key) => to[key] !== former[key]);
    if (step === 0 || changed.length === 0) return;
    const last = this.#settings.at(-1);
    if (last?.step !== step) this.#settings.push({ step, changed, to });
    else this.#settings.splice(-1, 1, { step, changed: [...new Set([...last.changed, ...changed])], to });
  }

  /** The learner starts over: what stands stood before its first step. */
  startOver(step: number): void {
    this.#leave(step);
    this.#editSteps = new Map(Array.from(this.#editSteps.keys(), (item) => [item, 0]));
    this.#settings = [];
  }

  /** The learner went back to `to`, and goes on from there with the labels and settings of today. */
  goBack(from: number, to: number): void {
    this.#leave(from);
    const clamped = (step: number) => Math.min(step, to);
    this.#editSteps = new Map(Array.from(this.#editSteps, ([item, step]) => [item, clamped(step)]));
    this.#settings = this.#settings.map((mark) => ({ ...mark, step: clamped(mark.step) }));
  }

  /** The learner that went last is in place again; what was made meanwhile was made at its step. */
  comeBack(): void {
    const former = this.#former;
    if (former === null) return;
    this.#former = null;
    const steps = Array.from(
      this.#editSteps.keys(),
      (item) => [item, former.editSteps.get(item) ?? former.step] as const,
    );
    this.#editSteps = new Map(steps);
    this.#settings = [...former.settings];
  }

  /** Of another project. */
  clear(): void {
    this.#editSteps = new Map();
    this.#settings = [];
    this.#former = null;
  }

  /** By step, of the edits that stand: the first `position` of the history. */
  list(history: readonly HistoryItem[], position: number): TimelineMark[] {
    const edits = history
      .slice(0, position)
      .map((item): TimelineMark => ({ kind: 'edit', step: this.#editSteps.get(item) ?? 0, name: item.name }));
    const settings = this.#settings.map((mark): TimelineMark => ({ kind: 'settings', ...mark }));
    return [...edits, ...settings].sort((a, b) => a.step - b.step);
  }

  #leave(step: number): void {
    this.#former = { step, editSteps: this.#editSteps, settings: this.#settings };
  }
}
