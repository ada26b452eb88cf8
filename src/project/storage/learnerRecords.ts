import * as v from 'valibot';
import { learnerSettingsSchema } from '../../settings/learner.ts';
import { learnerStateFault } from '../learnerState.ts';
import { curvesSchema, NO_CURVES, type SavedLearnerState } from '../projectState.ts';

/** The two records that a project's learner is written into in turn: where a write is torn, the other one stands. */
const SLOTS = [0, 1] as const;
type Slot = (typeof SLOTS)[number];

/** A learner as it lies in the database. */
export interface LearnerRecord extends SavedLearnerState {
  /** One more than that of the record before; absent from what was stored before there were two. */
  readonly turn?: number;
}

const recordSchema = v.object({
  state: v.instance(ArrayBuffer),
  settings: learnerSettingsSchema,
  turn: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0)), 0),
});

/** Keys of a project's records; no project's id has a slash. */
export function learnerKeys(projectId: string): readonly string[] {
  return SLOTS.map((slot) => keyOf(projectId, slot));
}

/** What two records were found to hold. */
export interface RestoredLearner {
  /** The newest that is sound; `null`: there is none. */
  readonly learner: SavedLearnerState | null;
  /** Whether its curves could not be read, and are empty. */
  readonly lostCurves: boolean;
  /** Whether a record that may have been newer is of no use. */
  readonly lostRecord: boolean;
}

/** A record on its way. */
export interface NextRecord {
  readonly slot: Slot;
  readonly key: string;
  readonly record: LearnerRecord & { readonly turn: number };
}

/** Which record of a project's learner is written next. */
export class LearnerTurns {
  readonly #newest = new Map<string, { readonly slot: Slot; readonly turn: number }>();

  /** The next record of a project's learner, in the place of the one that is not the newest. */
  next(projectId: string, learner: SavedLearnerState): NextRecord {
    const newest = this.#newest.get(projectId);
    const slot: Slot = newest?.slot === 0 ? 1 : 0;
    return { slot, key: keyOf(projectId, slot), record: { ...learner, turn: (newest?.turn ?? 0) + 1 } };
  }

  /** A record is stored, and the newest; one that could not be is tried again in the same place. */
  stored(projectId: string, { slot, record: { turn } }: NextRecord): void {
    this.#newest.set(projectId, { slot, turn });
  }

  /** Neither record is there any more. */
  forget(projectId: string): void {
    this.#newest.delete(projectId);
  }

  /** What a project's records, in the order of {@link learnerKeys}, hold; the next one takes the place of the other. */
  restore(projectId: string, stored: readonly unknown[]): RestoredLearner {
    const found = stored.map((value, i) => ({ value, slot: i === 1 ? (1 as const) : (0 as const) }));
    const sound = found.flatMap(({ value, slot }) => {
      const parsed = v.safeParse(recordSchema, value);
      return parsed.success && learnerStateFault(parsed.output.state) === null
        ? [{ value, slot, ...parsed.output }]
        : [];
    });
    const lostRecord = found.filter(({ value }) => value !== undefined).length > sound.length;
    const [newest] = sound.sort((a, b) => b.turn - a.turn);
    if (newest === undefined) return { learner: null, lostCurves: false, lostRecord };
    const { state, settings, slot, turn, value } = newest;
    this.#newest.set(projectId, { slot, turn });
    const curves = v.safeParse(v.object({ curves: curvesSchema }), value);
    const learner = { state, settings, curves: curves.success ? curves.output.curves : NO_CURVES };
    return { learner, lostCurves: !curves.success, lostRecord };
  }
}

/** The first record lies where the only one lay before there were two. */
function keyOf(projectId: string, slot: Slot): string {
  return slot === 0 ? projectId : `${projectId}/${slot}`;
}
