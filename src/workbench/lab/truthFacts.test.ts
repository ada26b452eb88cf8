import { expect, test } from 'vitest';
import { PREDICTED_UNLABELED } from '../../labels/planes.ts';
import { truthFacts } from './truthFacts.ts';

const prediction = (...classMap: number[]) => ({
  step: 1,
  width: classMap.length,
  height: 1,
  classMap: Uint8Array.from(classMap),
  confidence: new Uint8Array(classMap.length),
  margin: new Uint8Array(classMap.length),
});

test('counts what is wrong among the known pixels, and each class’s overlap, by hand', () => {
  const truth = Uint8Array.from([0, 0, 0, 1, 1, 2, 255, 255]);
  const facts = truthFacts({ truth, prediction: prediction(0, 0, 1, 1, PREDICTED_UNLABELED, 2, 0, 3) });
  expect(facts).toMatchObject({ wrongPixels: 2, knownPixels: 6 });
  // Class 0: 2 of 3. Class 1: 1 right, 1 missed, 1 too many. The pixels of unknown class count nowhere.
  expect([...(facts?.iouByClass ?? [])]).toEqual([
    [0, 2 / 3],
    [1, 1 / 3],
    [2, 1],
  ]);
});

test('is nothing without a mask or a prediction', () => {
  expect(truthFacts({ truth: null, prediction: prediction(0) })).toBeNull();
  expect(truthFacts({ truth: new Uint8Array(1), prediction: null })).toBeNull();
});
