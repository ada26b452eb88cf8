import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { beforeAll, expect, test } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import { selectBackend } from './lossTestTools.ts';

// What the lab's *Break it* panel says of tfjs: not ours, but claimed on the page.
beforeAll(() => selectBackend('cpu'));

test('tfjs charges a label of 255 nothing, and trains on it all the same', async () => {
  const logits = tf.tensor2d([[2, -1, 0.5]]);
  const oneHot = tf.oneHot(tf.tensor1d([UNLABELED], 'int32'), 3);
  expect([...(await oneHot.data())]).toEqual([0, 0, 0]);
  const loss = (z: tf.Tensor) => tf.losses.softmaxCrossEntropy(oneHot, z);
  expect((await loss(logits).data())[0]).toBeCloseTo(0, 12);
  const gradient = await tf.grad(loss)(logits).data();
  const softmax = await tf.softmax(logits).data();
  expect([...gradient]).toEqual([...softmax]);
  expect(Math.min(...gradient)).toBeGreaterThan(0);
});
