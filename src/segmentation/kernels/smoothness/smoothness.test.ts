import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { UNLABELED } from '../../../labels/planes.ts';
import { startBackend } from '../../backend.ts';
import { restartWasm, WASM_PATHS } from '../../backendTestTools.ts';
import type { SmoothnessShape } from './smoothness.ts';
import {
  ATTRIBUTES,
  addedGradients,
  computed,
  definedGradient,
  definition,
  type Scene,
  SMALL,
  sceneOf,
} from './smoothnessTestTools.ts';

const BACKENDS = {
  cpu: () => startBackend('cpu', WASM_PATHS),
  wasm: () => startBackend('wasm', WASM_PATHS).then(() => restartWasm(true)),
  'wasm without SIMD': () => startBackend('wasm', WASM_PATHS).then(() => restartWasm(false)),
  webgpu: () => startBackend('webgpu', WASM_PATHS),
};

/**
 * The term is a weight of 0.5 times means of at most 1, its gradient a share of that; what is left is single precision's
 * rounding and the central differences' h².
 */
const TOLERANCE = 2e-6;
/** Logits whose derivative is taken of each scene. */
const DERIVATIVES = 40;

async function expectDefinition(scene: Scene): Promise<void> {
  const { value, gradient } = await computed(scene);
  expect(Math.abs(value - definition(scene, scene.logits))).toBeLessThan(TOLERANCE);
  const every = Math.max(1, Math.floor(gradient.length / DERIVATIVES));
  for (let logit = 0; logit < gradient.length; logit += every) {
    expect(Math.abs((gradient[logit] as number) - definedGradient(scene, logit))).toBeLessThan(TOLERANCE);
  }
}

const sides = fc.record({ height: fc.integer({ min: 1, max: 6 }), width: fc.integer({ min: 1, max: 11 }) });
const shapes: fc.Arbitrary<SmoothnessShape> = fc
  .record({
    batch: fc.integer({ min: 1, max: 2 }),
    channels: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 6 }) }, fc.integer({ min: 7, max: 32 })),
    frame: sides,
  })
  .map(({ frame, ...counts }) => ({ ...frame, ...counts }));

describe.each(Object.keys(BACKENDS) as (keyof typeof BACKENDS)[])('on %s', (name) => {
  beforeAll(async () => {
    await BACKENDS[name]();
    expect(tf.getBackend()).toBe(name.split(' ')[0]);
  });

  test('value and gradient are the definition’s, whatever the frames, their pictures and the window', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        shapes,
        fc.boolean(),
        fc.constantFrom([1, 1], [2, 1], [3, 1], [3, 2], [3, 3], [5, 2]),
        fc.record({ spread: fc.constantFrom(2, 80), picture: sides }, { requiredKeys: ['spread'] }),
        async (seed, shape, gated, [radiusPx = 1, stepPx = 1], options) => {
          await expectDefinition(sceneOf(seed, { ...ATTRIBUTES, gated, radiusPx, stepPx }, shape, options));
        },
      ),
      // Every shape of channels is a shader or a module of its own.
      { numRuns: name === 'cpu' ? 40 : 15 },
    );
  });

  test('logits that are equal count as equal, however large', async () => {
    const scene = sceneOf(2, ATTRIBUTES);
    const equal = (logit: number) => ({ ...scene, logits: scene.logits.map(() => logit) });
    const expected = await computed(equal(0));
    expect(Math.abs(expected.value - definition(equal(0), equal(0).logits))).toBeLessThan(TOLERANCE);
    expect(await computed(equal(1e30))).toEqual(expected);
    expect(await computed(equal(-300))).toEqual(expected);
  });

  test('where everything is labeled the gated term is exactly 0, and so is its gradient', async () => {
    const scene = sceneOf(3, ATTRIBUTES);
    const labeled = { ...scene, labels: scene.labels.map(() => 1) };
    const { value, gradient } = await computed(labeled);
    expect(value).toBe(0);
    expect(gradient.every((g) => Math.abs(g) === 0)).toBe(true);
    const open = await computed({ ...labeled, attributes: { ...ATTRIBUTES, gated: false } });
    expect(open.value).toBeGreaterThan(1e-3);
    expect(open.gradient.some((g) => Math.abs(g) > 1e-4)).toBe(true);
  });

  test('a picture narrower than the window is no division by nothing', async () => {
    await expectDefinition(sceneOf(5, { ...ATTRIBUTES, radiusPx: 3 }, { ...SMALL, height: 9, width: 2 }));
  });

  test('added to the gradient of a loss it is what the tape would add', async () => {
    const scene = sceneOf(7, { ...ATTRIBUTES, radiusPx: 2 }, { ...SMALL, height: 11, width: 7 });
    const { byTape, inOnePass } = await addedGradients(scene);
    expect(inOnePass).toEqual(byTape);
  });

  test('equal inputs give equal bits', async () => {
    const shape = { ...SMALL, height: 29, width: 33 };
    const scene = sceneOf(4, { ...ATTRIBUTES, radiusPx: 3, colorWidth: 0.15 }, shape);
    expect(await computed(scene)).toEqual(await computed(scene));
  });
});

test('rows of many blocks: backends agree on a wide picture', async () => {
  const attributes = { ...ATTRIBUTES, radiusPx: 3, colorWidth: 0.08 };
  const wide = sceneOf(6, attributes, { batch: 2, height: 13, width: 151, channels: 5 });
  // Colours that hardly differ from one pixel to the next, and few labels, as in a photograph with strokes.
  const scene = {
    ...wide,
    colors: wide.colors.map((_, i) => [i % 151, 100 + (i % 7), 90 - (i % 3)] as const),
    labels: wide.labels.map((label, i) => (i % 11 === 0 ? label : UNLABELED)),
  };
  await BACKENDS.cpu();
  const expected = await computed(scene);
  const largest = Math.max(...expected.gradient.map(Math.abs));
  expect(largest).toBeGreaterThan(1e-6);
  for (const name of ['wasm', 'wasm without SIMD', 'webgpu'] as const) {
    await BACKENDS[name]();
    const found = await computed(scene);
    expect(Math.abs(found.value - expected.value)).toBeLessThan(TOLERANCE);
    const furthest = Math.max(...found.gradient.map((g, i) => Math.abs(g - (expected.gradient[i] as number))));
    expect(furthest / largest).toBeLessThan(3e-6);
  }
});
