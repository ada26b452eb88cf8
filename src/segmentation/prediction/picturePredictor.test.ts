import { beforeAll, describe, expect, test } from 'vitest';
import { createPlanes } from '../../labels/planes.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { Random } from '../random.ts';
import { Trainer } from '../trainer/trainer.ts';

const SIDE = { width: 70, height: 52 };
const NETWORK = { kind: 'unet', width: 4, depth: 2, stride: 1 } as const;
const SETTINGS: LearnerSettings = { ...DEFAULT_LEARNER_SETTINGS, network: NETWORK };

/** Coarse spots of three colours, a few of them labeled. */
function scene(width = SIDE.width, height = SIDE.height) {
  const random = Random.fromSeed(5);
  const labels = createPlanes(width, height);
  const spots = Array.from({ length: 70 }, () => random.integer(0, 2));
  const pixels = new Uint8Array(4 * width * height);
  for (let i = 0; i < labels.classIds.length; i++) {
    const spot = 10 * Math.floor(i / width / 8) + Math.floor((i % width) / 8);
    const own = spots[spot] as number;
    for (let channel = 0; channel < 3; channel++) {
      pixels[4 * i + channel] = random.integer(60, 140) + (channel === own ? 80 : 0);
    }
    if (spot % 4 === 0) labels.classIds[i] = own;
  }
  return { pixels, labels };
}

/** What thirty steps made of the scene's labels. */
let learned: ArrayBuffer;

beforeAll(async () => {
  await startBackend('wasm', WASM_PATHS);
  const { pixels, labels } = scene();
  const trainer = new Trainer({ channels: [0, 1, 2], settings: SETTINGS });
  trainer.addPicture('spots', pixels, labels, 'train');
  await trainer.trainSteps(30);
  learned = await trainer.save();
  trainer.dispose();
});

describe.each(['wasm', 'webgpu'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await startBackend(backend, WASM_PATHS);
  });

  test.each([false, true])('too large for one pass: predicted as in one pass; flips: %s', async (flipAveraging) => {
    const { pixels, labels } = scene();
    const settings = { ...SETTINGS, flipAveraging };
    const trainer = new Trainer({ channels: [0, 1, 2], settings });
    const tiled = new Trainer({ channels: [0, 1, 2], settings, maxPixels: 1500 });
    for (const own of [trainer, tiled]) {
      own.addPicture('spots', pixels, labels, 'train');
      own.restore(learned);
    }
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

  test('flip averaging is the mean of what is said of a picture and of its mirror image', async () => {
    // Whole strides of the network, so that nothing is filled up on either side.
    const { pixels, labels } = scene(72, 52);
    const averaging = new Trainer({ channels: [0, 1], settings: { ...SETTINGS, flipAveraging: true } });
    const plain = new Trainer({ channels: [0, 1], settings: { ...SETTINGS, flipAveraging: false } });
    const mirrored = (i: number) => i + 71 - 2 * (i % 72);
    for (const own of [averaging, plain]) own.addPicture('spots', pixels, labels, 'train');
    plain.addPicture(
      'mirrored',
      pixels.map((_, i) => pixels[4 * mirrored(i >> 2) + (i % 4)] as number),
      createPlanes(72, 52),
      'test',
    );
    const probabilities = async (trainer: Trainer, id: string) => {
      const { classMap, confidence } = await trainer.predict(id);
      return Array.from(confidence, (byte, i) => (classMap[i] === 1 ? byte : 255 - byte));
    };
    // Before training, eagerly; then recorded, then replayed.
    for (let round = 0; round < 3; round++) {
      const [straight, flipped] = [await probabilities(plain, 'spots'), await probabilities(plain, 'mirrored')];
      const averaged = await probabilities(averaging, 'spots');
      expect(straight.some((value, i) => Math.abs(value - (flipped[mirrored(i)] as number)) > 10)).toBe(true);
      averaged.forEach((value, i) => {
        const mean = ((straight[i] as number) + (flipped[mirrored(i)] as number)) / 2;
        expect(Math.abs(value - mean)).toBeLessThanOrEqual(1);
      });
      await plain.trainSteps(4);
      averaging.restore(await plain.save());
    }
    for (const own of [averaging, plain]) own.dispose();
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
