import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type GameRecords, parseGameRecords, recordKey, storedGameRecords, withResult } from './gameRecords.ts';

const anyKey = fc
  .tuple(fc.stringMatching(/^[a-z0-9-]{1,40}$/), fc.integer({ min: 1, max: 1024 }), fc.integer({ min: 1, max: 1024 }))
  .map(([id, width, height]) => recordKey(id, width, height));
const anyRecords: fc.Arbitrary<GameRecords> = fc
  .array(fc.tuple(anyKey, fc.integer({ min: 1, max: 1_000_000 })), { maxLength: 20 })
  .map((entries) => new Map(entries));

test('records are kept and come back', () => {
  fc.assert(
    fc.property(anyRecords, (records) => {
      expect(parseGameRecords(storedGameRecords(records))).toEqual(records);
    }),
  );
});

test('a better result takes the place of the former one, a worse or equal one changes nothing', () => {
  const first = withResult(new Map(), 'coffee@64x48', 90);
  expect(withResult(first, 'coffee@64x48', 90)).toBe(first);
  expect(withResult(first, 'coffee@64x48', 91)).toBe(first);
  expect([...withResult(first, 'coffee@64x48', 89)]).toEqual([['coffee@64x48', 89]]);
  expect([...withResult(first, 'coffee@128x96', 500)]).toHaveLength(2);
});

test('of more records than are kept the oldest go', () => {
  let records: GameRecords = new Map();
  for (let i = 0; i < 250; i++) records = withResult(records, recordKey(`scene-${i}`, 64, 64), 10);
  expect(records.size).toBe(200);
  expect(records.has('scene-49@64x64')).toBe(false);
  expect(records.has('scene-50@64x64')).toBe(true);
  expect(parseGameRecords(storedGameRecords(records))).toEqual(records);
});

describe('what is no list of records gives none', () => {
  test.each([
    null,
    '',
    'null',
    '{}',
    '[[1,2]]',
    '[["coffee@64x48"]]',
    '[["coffee@64x48",0]]',
    '[["coffee@64x48",-3]]',
    '[["coffee@64x48",1.5]]',
    '[["coffee@64x48","9"]]',
    '[["coffee@64x48",1e99]]',
    '[["<img src=x onerror=alert(1)>@1x1",5]]',
    '[["__proto__",5]]',
    '{"__proto__":{"length":1}}',
    JSON.stringify(Array.from({ length: 201 }, (_, i) => [`a${i}@1x1`, 1])),
    '['.repeat(100_000),
  ])('%#', (text) => {
    expect(parseGameRecords(text).size).toBe(0);
  });

  test('truncated and mutated text never throws, and never gives what could not have been kept', () => {
    fc.assert(
      fc.property(anyRecords, fc.nat(2000), fc.string({ maxLength: 3 }), (records, at, put) => {
        const text = storedGameRecords(records);
        for (const damaged of [text.slice(0, at), text.slice(0, at) + put + text.slice(at + 1)]) {
          for (const [key, pixels] of parseGameRecords(damaged)) {
            expect(key).toMatch(/^[a-z0-9-]+@\d+x\d+$/);
            expect(Number.isInteger(pixels) && pixels >= 1).toBe(true);
          }
        }
      }),
    );
  });
});
