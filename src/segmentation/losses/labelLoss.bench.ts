import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { UNLABELED } from '../../labels/planes.ts';
import type { LossKind } from '../../settings/learner.ts';
import { composedLabelLoss } from './composedLabelLoss.ts';
import { labelLoss } from './labelLoss.ts';
import { configOf, selectBackend, spread } from './lossTestTools.ts';

const ROUNDS = 7;
const LABELED_SHARES = [0.02, 1];

type Loss = typeof labelLoss;

/** Milliseconds of one value and gradient, read back. */
async function timed(loss: Loss, kind: LossKind, logits: tf.Tensor4D, labels: tf.Tensor3D): Promise<number> {
  const start = performance.now();
  const config = configOf(kind, 'ignore', { classCount: logits.shape[3] });
  const { value, grad } = tf.valueAndGrad((z: tf.Tensor) => loss(z as tf.Tensor4D, labels, config))(logits);
  await Promise.all([value.data(), tf.tidy(() => tf.slice(grad, [0, 0, 0, 0], [1, 1, 1, 1])).data()]);
  tf.dispose([value, grad]);
  return performance.now() - start;
}

const median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN;

/** The two variants take turns: other work on the machine meets both. */
async function compare(sizePx: number, channels: number, share: number, kind: LossKind) {
  const logits = tf.tensor4d(spread(sizePx * sizePx * channels, 1), [1, sizePx, sizePx, channels]);
  const chance = spread(sizePx * sizePx, 2, 1);
  const labels = tf.tensor3d(
    chance.map((x, i) => (Math.abs(x) < share ? i % channels : UNLABELED)),
    [1, sizePx, sizePx],
    'int32',
  );
  const times: Record<'fused' | 'composed', number[]> = { fused: [], composed: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, loss] of [
      ['fused', labelLoss],
      ['composed', composedLabelLoss],
    ] as const) {
      const ms = await timed(loss, kind, logits, labels);
      // The first round compiles.
      if (round > 0) times[name].push(ms);
    }
  }
  tf.dispose([logits, labels]);
  return { 'fused ms': median(times.fused).toFixed(2), 'composed ms': median(times.composed).toFixed(2) };
}

test('label loss and its gradient', { timeout: 600_000 }, async () => {
  const rows: object[] = [];
  for (const backend of ['wasm', 'webgpu'] as const) {
    await selectBackend(backend);
    for (const kind of ['crossEntropy', 'dice'] as const) {
      for (const [sizePx, channels] of [
        [128, 3],
        [128, 4],
        [256, 3],
        [256, 4],
      ] as const) {
        for (const share of LABELED_SHARES) {
          const times = await compare(sizePx, channels, share, kind);
          rows.push({ backend, loss: kind, sizePx, channels, labeled: share, ...times });
        }
      }
    }
  }
  expect(rows.length).toBeGreaterThan(0);
  console.table(rows);
});
