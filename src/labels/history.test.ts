import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { History } from './history.ts';

interface Entry {
  readonly name: number;
  readonly byteLength: number;
}

/** The rules in their plainest form: two stacks. */
class Model {
  past: Entry[] = [];
  future: Entry[] = [];

  push(entry: Entry, budgetBytes: number): void {
    this.future = [];
    this.past.push(entry);
    while (this.past.length > 1 && this.past.reduce((sum, { byteLength }) => sum + byteLength, 0) > budgetBytes) {
      this.past.shift();
    }
  }

  replaceNewest(entry: Entry, budgetBytes: number): void {
    this.past.pop();
    this.push(entry, budgetBytes);
  }

  undo(): Entry | undefined {
    const entry = this.past.pop();
    if (entry !== undefined) this.future.push(entry);
    return entry;
  }

  redo(): Entry | undefined {
    const entry = this.future.pop();
    if (entry !== undefined) this.past.push(entry);
    return entry;
  }
}

const BUDGET_BYTES = 100;

describe('History', () => {
  it('behaves as two stacks under a budget', () => {
    const operation = fc.oneof(
      fc.record({ type: fc.constantFrom('push', 'replace'), byteLength: fc.integer({ min: 1, max: 140 }) }),
      fc.record({ type: fc.constantFrom('undo', 'redo'), byteLength: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const history = new History<Entry>(BUDGET_BYTES);
        const model = new Model();
        operations.forEach(({ type, byteLength }, name) => {
          const entry = { name, byteLength };
          if (type === 'push') {
            history.push(entry);
            model.push(entry, BUDGET_BYTES);
          } else if (type === 'replace') {
            history.replaceNewest(entry);
            model.replaceNewest(entry, BUDGET_BYTES);
          } else if (type === 'undo') {
            expect(history.undo()).toBe(model.undo());
          } else {
            expect(history.redo()).toBe(model.redo());
          }
          expect(history.newest).toBe(model.past.at(-1));
          expect(history.canUndo).toBe(model.past.length > 0);
          expect(history.canRedo).toBe(model.future.length > 0);
          expect(history.entries).toEqual([...model.past, ...model.future.toReversed()]);
          expect(history.position).toBe(model.past.length);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('keeps an edit that alone is over the budget', () => {
    const history = new History<Entry>(BUDGET_BYTES);
    history.push({ name: 1, byteLength: 10 });
    history.push({ name: 2, byteLength: 1000 });
    expect(history.undo()).toEqual({ name: 2, byteLength: 1000 });
    expect(history.canUndo).toBe(false);
  });

  it('lists all edits, oldest first, those that were undone too', () => {
    const history = new History<Entry>(BUDGET_BYTES);
    expect([history.entries, history.position, history.newest]).toEqual([[], 0, undefined]);
    for (const name of [1, 2, 3]) history.push({ name, byteLength: 40 });
    expect(history.entries.map(({ name }) => name)).toEqual([2, 3]);
    history.undo();
    expect(history.entries.map(({ name }) => name)).toEqual([2, 3]);
    expect([history.position, history.newest?.name]).toEqual([1, 2]);
    history.push({ name: 4, byteLength: 60 });
    expect(history.entries.map(({ name }) => name)).toEqual([2, 4]);
    history.replaceNewest({ name: 5, byteLength: 61 });
    expect(history.entries.map(({ name }) => name)).toEqual([5]);
    expect(history.position).toBe(1);
  });
});
