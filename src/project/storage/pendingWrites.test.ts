import { describe, expect, it } from 'vitest';
import { PendingWrites } from './pendingWrites.ts';

const valuesOf = (writes: readonly { readonly value: number }[]) => writes.map(({ value }) => value);

describe('PendingWrites', () => {
  it('gives each value out once, the newest for its key, and holds it until it is stored', () => {
    const pending = new PendingWrites<number>();
    pending.set('a', 1);
    pending.set('b', 2);
    pending.set('a', 3);
    const taken = pending.take();
    expect(valuesOf(taken).sort()).toEqual([2, 3]);
    expect(pending.take()).toEqual([]);
    expect(pending.size).toBe(2);
    pending.settle(taken, true);
    expect(pending.size).toBe(0);
  });

  it('gives what failed out again', () => {
    const pending = new PendingWrites<number>();
    pending.set('a', 1);
    pending.settle(pending.take(), false);
    expect(pending.size).toBe(1);
    expect(valuesOf(pending.take())).toEqual([1]);
  });

  it('never brings an older value back over a newer one', () => {
    const pending = new PendingWrites<number>();
    pending.set('a', 1);
    const older = pending.take();
    pending.set('a', 2);
    pending.settle(older, false);
    const newer = pending.take();
    expect(valuesOf(newer)).toEqual([2]);

    pending.set('a', 3);
    pending.settle(pending.take(), true);
    pending.settle(newer, false);
    expect(pending.take()).toEqual([]);
    expect(pending.size).toBe(0);
  });

  it('does not take a newer value for stored when an older one was', () => {
    const pending = new PendingWrites<number>();
    pending.set('a', 1);
    const older = pending.take();
    pending.set('a', 2);
    pending.settle(older, true);
    expect(pending.size).toBe(1);
    expect(valuesOf(pending.take())).toEqual([2]);
  });

  it('leaves what is not ready where it is, in its order, and tells what waits or is under way', () => {
    const pending = new PendingWrites<number>();
    for (const [key, value] of Object.entries({ a: 1, b: 2, c: 3 })) pending.set(key, value);
    const odd = pending.take(({ value }) => value % 2 === 1);
    expect(valuesOf(odd)).toEqual([1, 3]);
    expect([pending.get('a'), pending.get('b'), pending.get('d')]).toEqual([1, 2, undefined]);
    pending.settle(odd, true);
    expect(pending.get('a')).toBeUndefined();
    expect(valuesOf(pending.take())).toEqual([2]);
  });
});
