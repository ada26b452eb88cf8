import { describe, expect, it } from 'vitest';
import { crc32 } from '../../base/crc32.ts';
import { DEFAULT_LEARNER_SETTINGS } from '../../settings/learner.ts';
import { isFiniteLearnerState, learnerStateFault, learnerStateStep } from '../learnerState.ts';
import { NO_CURVES, type SavedLearnerState } from '../projectState.ts';
import { LearnerTurns, learnerKeys } from './learnerRecords.ts';

/** Bytes as a trainer writes them: 80 of a header, then numbers. */
function stateOf(step: number, numbers: readonly number[] = [1, -2, 0]): ArrayBuffer {
  const state = new ArrayBuffer(80 + 4 * numbers.length);
  const view = new DataView(state);
  view.setUint32(0, 0x4e4c_4e55, true);
  view.setUint32(16, step, true);
  numbers.forEach((number, i) => {
    view.setFloat32(80 + 4 * i, number, true);
  });
  view.setUint32(8, crc32(new Uint8Array(state, 12)), true);
  return state;
}

const learnerOf = (step: number): SavedLearnerState => ({
  state: stateOf(step),
  settings: DEFAULT_LEARNER_SETTINGS,
  curves: { ...NO_CURVES, loss: [[step, 0.5]] },
});

/** The two records as a database holds them, and who writes them. */
class Records {
  readonly turns = new LearnerTurns();
  readonly stored = new Map<string, unknown>();

  save(step: number, isWritten = true): void {
    const next = this.turns.next('p', learnerOf(step));
    if (!isWritten) return;
    this.stored.set(next.key, next.record);
    this.turns.stored('p', next);
  }

  /** As another visit reads them. */
  restore(turns = new LearnerTurns()) {
    return turns.restore(
      'p',
      learnerKeys('p').map((key) => this.stored.get(key)),
    );
  }
}

const stepOf = (learner: SavedLearnerState | null) => learner && learnerStateStep(learner.state);

describe('a learner’s two records', () => {
  it('give back the newest, with its curves', () => {
    const records = new Records();
    expect(records.restore()).toEqual({ learner: null, lostCurves: false, lostRecord: false });
    for (let step = 10; step <= 50; step += 10) {
      records.save(step);
      expect(records.restore()).toEqual({ learner: learnerOf(step), lostCurves: false, lostRecord: false });
    }
    expect(records.stored.size).toBe(2);
  });

  it('leave the one before where the newest is torn, swollen, changed by a bit, or no record', () => {
    const records = new Records();
    records.save(10);
    records.save(20);
    const key = records.turns.next('p', learnerOf(30)).key === 'p' ? 'p/1' : 'p';
    const whole = learnerOf(20);
    for (const spoil of [
      (state: ArrayBuffer) => state.slice(0, 50),
      (state: ArrayBuffer) => state.slice(0, state.byteLength - 4),
      (state: ArrayBuffer) => new Uint8Array([...new Uint8Array(state), 0, 0, 0, 0]).buffer,
      (state: ArrayBuffer) => {
        const bytes = new Uint8Array(state.slice(0));
        bytes[83] = (bytes[83] ?? 0) ^ 1;
        return bytes.buffer;
      },
      () => stateOf(20, [1, Number.NaN]),
      () => stateOf(20, [Number.POSITIVE_INFINITY]),
      () => 'bytes',
    ]) {
      records.stored.set(key, { ...whole, state: spoil(whole.state), turn: 2 });
      const { learner, lostRecord } = records.restore();
      expect([stepOf(learner), lostRecord]).toEqual([10, true]);
    }
    records.stored.set(key, null);
    expect(stepOf(records.restore().learner)).toBe(10);
  });

  it('are written in turn also by the next visit, and a failed write is tried again in its place', () => {
    const records = new Records();
    records.save(10);
    const next = new Records();
    for (const [key, value] of records.stored) next.stored.set(key, value);
    next.restore(next.turns);
    next.save(20, false);
    next.save(20, false);
    expect(stepOf(next.restore().learner)).toBe(10);
    next.save(30);
    expect(stepOf(next.restore().learner)).toBe(30);
    next.save(40, false);
    expect(stepOf(next.restore().learner)).toBe(30);
  });

  it('read what was stored when there was one', () => {
    const records = new Records();
    records.stored.set('p', learnerOf(70));
    expect(stepOf(records.restore(records.turns).learner)).toBe(70);
    records.save(80);
    expect([...records.stored.keys()]).toEqual(['p', 'p/1']);
    expect(stepOf(records.restore().learner)).toBe(80);
  });
});

describe('a learner’s bytes', () => {
  it('are told from others, and from numbers that are not finite', () => {
    expect(learnerStateFault(stateOf(3))).toBeNull();
    expect(learnerStateFault(new ArrayBuffer(0))).toBe('damaged');
    expect(learnerStateFault(new ArrayBuffer(200))).toBe('damaged');
    expect(learnerStateFault(stateOf(3, [Number.NaN]))).toBe('notFinite');
    expect(isFiniteLearnerState(stateOf(3, [3.4e38, -3.4e38, 1e-45]))).toBe(true);
    expect(isFiniteLearnerState(stateOf(3, [0, Number.NEGATIVE_INFINITY]))).toBe(false);
  });
});
