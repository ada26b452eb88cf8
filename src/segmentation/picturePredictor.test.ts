import { beforeAll, describe, expect, test } from 'vitest';
import { createPlanes } from '../labels/planes.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../settings/learner.ts';
import { startBackend } from './backend.ts';
import { Random } from './random.ts';
import { WASM_PATHS } from './testBackends.ts';
import { Trainer } from './trainer.ts';

const SIDE = { width: 70, height: 52 };
const NETWORK = { kind: 'unet', width: 4, depth: 2, stride: 1 } as const;
const SETTINGS: LearnerSettings = { ...DEFAULT_LEARNER_SETTINGS, network: NETWORK };

/** Coarse spots of three colours, a few of them labeled. */
function scene() {
  const random = Random.fromSeed(5);
  const labels = createPlanes(SIDE.width, SIDE.height);
  const spots = Array.from({ length: 70 }, () => random.integer(0, 2));
  const pixels = new Uint8Array(4 * SIDE.width * SIDE.height);
  for (let i = 0; i < labels.classIds.length; i++) {
    const spot = 10 * Math.floor(i / SIDE.width / 8) + Math.floor((i % SIDE.width) / 8);
    const own = spots[spot] as number;
    for (let channel = 0; channel < 3; channel++) {
      pixels[4 * i + channel] = random.integer(60, 140) + (channel === own ? 80 : 0);
    }
    if (spot % 4 === 0) labels.classIds[i] = own;
  }
  return { pixels, labels };
}

describe.each(['wasm', 'webgpu'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await startBackend(backend, WASM_PATHS);
  });

  test('a picture too large for one pass is predicted as in one pass', async () => {
    const { pixels, labels } = scene();
    const trainer = new Trainer({ channels: [0, 1, 2], settings: SETTINGS });
    const tiled = new Trainer({ channels: [0, 1, 2], settings: SETTINGS, maxPixels: 1500 });
    for (const own of [trainer, tiled]) {
      own.addPicture('spots', pixels, labels, 'train');
    }
    await trainer.trainSteps(30);
    tiled.restore(await trainer.save());
    let turns = 0;
    const inTiles = await tiled.predict('spots', async () => {
      turns++;
    });
    const atOnce = await trainer.predict('spots');
    expect(new Set(atOnce.classMap).size).toBe(3);
    expect(turns).toBeGreaterThan(4);
    const differing = inTiles.classMap.filter((id, i) => id !== atOnce.classMap[i]).length;
    expect(differing / inTiles.classMap.length).toBeLessThan(0.001);
    const worst = (figure: 'confidence' | 'margin') =>
      inTiles[figure].reduce((most, value, i) => Math.max(most, Math.abs(value - (atOnce[figure][i] as number))), 0);
    expect(worst('confidence')).toBeLessThanOrEqual(2);
    // A margin is a difference of two probabilities that are off by as much.
    expect(worst('margin')).toBeLessThanOrEqual(4);
    expect(new Set(inTiles.margin).size).toBeGreaterThan(10);
    trainer.dispose();
    tiled.dispose();
  });

  test('a turn that is refused ends the prediction, and the next one comes', async () => {
    const { pixels, labels } = scene();
    const tiled = new Trainer({ channels: [0, 1, 2], settings: SETTINGS, maxPixels: 1500 });
    tiled.addPicture('spots', pixels, labels, 'train');
    await expect(tiled.predict('spots', () => Promise.reject(new Error('no more')))).rejects.toThrow('no more');
    expect((await tiled.predict('spots')).classMap).toHaveLength(SIDE.width * SIDE.height);
    tiled.dispose();
  });
});
