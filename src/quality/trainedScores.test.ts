import { beforeAll, describe, expect, test } from 'vitest';
import { UNLABELED } from '../labels/planes.ts';
import { startBackend } from '../segmentation/backend.ts';
import { WASM_PATHS } from '../segmentation/backendTestTools.ts';
import { DEFAULT_LEARNER_SETTINGS } from '../settings/learner.ts';
import { type EvaluationPicture, planesOf, scoredTruth, scribblesOf, strokedClasses } from './evaluationPicture.ts';
import { tasksOf } from './qualityTask.ts';
import { trainedScores } from './trainedScores.ts';

const SIDE = 16;
const SETTINGS = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { kind: 'unet', width: 4, depth: 1, stride: 1 },
  stepBudget: 40,
} as const;

/** Dark left of `border`, bright right of it; one stroke down the middle of each half. */
function halves(
  id: string,
  border: number,
  classes: readonly [dark: number, bright: number] = [2, 7],
): EvaluationPicture {
  const truth = new Uint8Array(SIDE * SIDE);
  const strokes = new Uint8Array(SIDE * SIDE).fill(UNLABELED);
  const pixels = new Uint8Array(4 * SIDE * SIDE).fill(255);
  for (let i = 0; i < SIDE * SIDE; i++) {
    const x = i % SIDE;
    const isBright = x >= border;
    truth[i] = classes[isBright ? 1 : 0];
    if (x === Math.floor(border / 2) || x === Math.floor((border + SIDE) / 2)) strokes[i] = truth[i] as number;
    pixels.fill(isBright ? 200 : 60, 4 * i, 4 * i + 3);
  }
  return { id, width: SIDE, height: SIDE, pixels, strokes: planesOf(strokes, SIDE, SIDE), truth };
}

describe('the truth that counts', () => {
  // Five pixels: class 3 has no stroke, pixel 3 is void, pixel 4 is painted.
  const picture: EvaluationPicture = {
    id: 'a',
    width: 5,
    height: 1,
    pixels: new Uint8Array(20),
    strokes: planesOf(Uint8Array.of(0, UNLABELED, UNLABELED, UNLABELED, 1), 5, 1),
    truth: Uint8Array.of(0, 1, 3, UNLABELED, 1),
  };

  test('is of stroked classes, with or without the painted pixels', () => {
    expect(strokedClasses([picture.strokes])).toEqual([0, 1]);
    expect([...scoredTruth(picture, 'all')]).toEqual([0, 1, UNLABELED, UNLABELED, 1]);
    expect([...scoredTruth(picture, 'unpainted')]).toEqual([UNLABELED, 1, UNLABELED, UNLABELED, UNLABELED]);
  });
});

test('scribbles are strokes where their pixels touch, over corners too, and their classes are the same', () => {
  const U = UNLABELED;
  // biome-ignore format: a picture
  const classIds = Uint8Array.of(
    3, U, U, 3,
    U, 3, 5, 3,
    U, U, 5, U,
    5, U, U, U,
  );
  const { strokeIds, ...planes } = scribblesOf(classIds, 4, 4);
  expect(planes.classIds).toEqual(classIds);
  // biome-ignore format: a picture
  expect([...strokeIds]).toEqual([
    1, 0, 0, 2,
    0, 1, 3, 2,
    0, 0, 3, 0,
    4, 0, 0, 0,
  ]);
  expect(() => scribblesOf(classIds, 5, 4)).toThrow(RangeError);
});

describe('a training', () => {
  beforeAll(async () => {
    await startBackend('wasm', WASM_PATHS);
  });

  /** A clock that a second passes on at every look. */
  function clock(): () => number {
    let ms = 0;
    return () => (ms += 1000);
  }

  test('is scored after its checkpoints and learns two halves', async () => {
    const picture = halves('a', 8);
    const experiment = {
      training: [picture],
      scored: [picture],
      pixels: 'unpainted',
      settings: SETTINGS,
      checkpoints: [1, 40],
      painter: null,
    } as const;
    const found = await trainedScores(experiment, clock());
    expect(found.map(({ step, seconds }) => [step, seconds])).toEqual([
      [1, 1],
      [40, 2],
    ]);
    expect(found[1]?.meanIou).toBeGreaterThan(0.9);
    expect(await trainedScores(experiment, clock())).toEqual(found);
  });

  test('on other pictures is scored on the test pictures, pooled', async () => {
    const sets = [
      {
        name: 'halves',
        pictures: [
          { split: 'train', picture: halves('a', 8) },
          { split: 'test', picture: halves('b', 5) },
          { split: 'test', picture: halves('c', 11) },
        ],
      },
    ] as const;
    const configurations = [{ name: 'default', settings: SETTINGS, learnsFrom: 'strokes', painter: null }] as const;
    const plan = { mode: 'multi', sizePx: SIDE, backend: 'wasm', seeds: 1, shares: [1] } as const;
    const [task] = tasksOf(sets, configurations, plan);
    expect(task?.row).toMatchObject({ set: 'halves', picture: null, seed: 1 });
    if (task === undefined) return;
    const [found] = await trainedScores(task.experiment, clock());
    expect(found?.meanIou).toBeGreaterThan(0.9);
  });

  test('goes on with strokes that somebody paints meanwhile, and leaves the given ones as they are', async () => {
    const picture = halves('a', 8);
    const given = picture.strokes.classIds.slice();
    const experiment = { training: [picture], scored: [picture], pixels: 'unpainted', settings: SETTINGS } as const;
    const checkpoints = [1, 3, 5, 7];
    const alone = await trainedScores({ ...experiment, checkpoints, painter: null }, clock());
    const helped = await trainedScores({ ...experiment, checkpoints, painter: 'random' }, clock());
    // Both begin with the only stroke of either class, so they part with the first stroke that is painted.
    expect(helped[0]).toEqual(alone[0]);
    expect(helped.slice(1)).not.toEqual(alone.slice(1));
    expect(picture.strokes.classIds).toEqual(given);
  });

  test('of one class alone is refused', async () => {
    const picture = halves('a', 8, [4, 4]);
    await expect(
      trainedScores(
        { training: [picture], scored: [picture], pixels: 'all', settings: SETTINGS, checkpoints: [1], painter: null },
        clock(),
      ),
    ).rejects.toThrow('two classes');
  });
});

describe('the tasks of a run', () => {
  const sets = [
    { name: 'one', pictures: [{ split: 'single', picture: halves('a', 8) }] },
    {
      name: 'two',
      pictures: [
        { split: 'train', picture: halves('b', 8) },
        { split: 'test', picture: halves('c', 8) },
      ],
    },
  ] as const;
  const configurations = [
    { name: 'default', settings: SETTINGS, learnsFrom: 'strokes', painter: null },
    { name: 'whole', settings: SETTINGS, learnsFrom: 'truth', painter: null },
  ] as const;
  const plan = { sizePx: SIDE, backend: 'wasm', seeds: 2, shares: [0.25, 1] } as const;

  test('are one for each picture, seed and configuration, scored where nothing was painted', () => {
    const tasks = tasksOf(sets, configurations, { ...plan, mode: 'single' });
    expect(tasks).toHaveLength(12);
    expect(new Set(tasks.map(({ experiment }) => experiment.settings.seed))).toEqual(new Set([1, 2]));
    for (const { experiment } of tasks) {
      expect(experiment.checkpoints).toEqual([10, 40]);
      expect(experiment.pixels).toBe('unpainted');
    }
    const whole = tasks.find(({ row }) => row.configuration === 'whole')?.experiment;
    expect(whole?.training[0]?.strokes.classIds).toEqual(whole?.scored[0]?.truth);
    // What was painted by hand is not scored, whatever was learned from.
    expect(whole?.scored[0]).toBe(sets[0].pictures[0].picture);
  });

  test('under multi are one for each set that is split', () => {
    const tasks = tasksOf(sets, configurations, { ...plan, mode: 'multi' });
    expect(tasks.map(({ row }) => row.set)).toEqual(['two', 'two', 'two', 'two']);
    expect(tasks[0]?.experiment.training.map(({ id }) => id)).toEqual(['b']);
    expect(tasks[0]?.experiment.scored.map(({ id }) => id)).toEqual(['c']);
  });
});
