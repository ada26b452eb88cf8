import type { HistoryItem } from '../../editor/projectChange.ts';
import type { LearnerSettings } from '../../settings/learner.ts';

export type SettingKey = keyof LearnerSettings;

/** An event on the timeline, at the step that the learner was at. */
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

/** The marks of a learner that was replaced. */
interface FormerMarks {
  /** Its step when it was replaced. */
  readonly step: number;
  readonly editSteps: ReadonlyMap<HistoryItem, number>;
  readonly settings: readonly SettingsMark[];
}

/** The step of the learner at which each edit and each change of its settings was made. */
export class TimelineMarks {
  #editSteps = new Map<HistoryItem, number>();
  #settings: SettingsMark[] = [];
  #former: FormerMarks | null = null;

  /** Marks new edits of a history at `step`, and drops marks of edits that it no longer has. */
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

  /** To be called when the learner starts over: all applied edits then count as made before its first step. */
  startOver(step: number): void {
    this.#leave(step);
    this.#editSteps = new Map(Array.from(this.#editSteps.keys(), (item) => [item, 0]));
    this.#settings = [];
  }

  /** To be called when the learner went back to step `to` and goes on with today's labels and settings. */
  goBack(from: number, to: number): void {
    this.#leave(from);
    const clamped = (step: number) => Math.min(step, to);
    this.#editSteps = new Map(Array.from(this.#editSteps, ([item, step]) => [item, clamped(step)]));
    this.#settings = this.#settings.map((mark) => ({ ...mark, step: clamped(mark.step) }));
  }

  /** To be called when the learner that was replaced last is restored; what was done meanwhile is marked at its step. */
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

  /** Forgets everything, for another project. */
  clear(): void {
    this.#editSteps = new Map();
    this.#settings = [];
    this.#former = null;
  }

  /** Marks of the applied edits, the first `position` of the history, by step. */
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
