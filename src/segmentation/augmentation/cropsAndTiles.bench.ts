import { readFileSync } from 'node:fs';
import { type Browser, chromium } from '@playwright/test';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rasteriseCapsule } from '../../labels/capsule.ts';
import { UNLABELED } from '../../labels/planes.ts';
import { confusionMatrix } from '../../metrics/confusionMatrix.ts';
import { maskedAccuracy, meanIou } from '../../metrics/scores.ts';
import { decodeMaskPng, resizeMask } from '../../project/masks/maskPng.ts';
import { earth } from '../../samples/pictures/earth.ts';
import { textures } from '../../samples/pictures/textures.ts';
import type { BuiltInSample } from '../../samples/sample.ts';
import { scaleStrokes } from '../../samples/samples.ts';
import { classWeights } from '../../settings/classBalance.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../../settings/learner.ts';
import { startBackend } from '../backend.ts';
import { WASM_PATHS } from '../backendTestTools.ts';
import { type BatchShape, ITEM_WORDS, sampleBatch, writeItem } from '../kernels/batch/sampleBatch.ts';
import { crossEntropy } from '../losses/crossEntropy.ts';
import { frugalPass } from '../models/frugalPass.ts';
import { givenStatisticsOps, type NetworkStatistics } from '../models/groupStatistics.ts';
import { collectParameters, decayMask, initialParameters } from '../models/parameters.ts';
import { haloPx } from '../models/receptiveField.ts';
import { networkFor } from '../models/registry.ts';
import { applyNetwork, splitParameters } from '../models/tensorOps.ts';
import { Optimizer } from '../optimizer/optimizer.ts';
import { learningRateAt } from '../optimizer/schedule.ts';
import { type StandardizedPicture, standardize } from '../picture.ts';
import { measureStatistics, predictTiled } from '../prediction/tiledPrediction.ts';
import { planTiles } from '../prediction/tiles.ts';
import { PretrainedWeights } from '../pretrained/pretrainedWeights.ts';
import { Random } from '../random.ts';
import { ResidentTensor } from '../residentTensor.ts';
import { TrainingStep } from '../trainer/trainingStep.ts';
import { type Augmentation, drawAugmentation, IDENTITY } from './augmentation.ts';
import { type CropPlan, planCrops, writeCropItems } from './crops.ts';

/** The default network, and one without normalisation at a lower learning rate. */
const LEARNERS: readonly LearnerSettings[] = [
  DEFAULT_LEARNER_SETTINGS,
  {
    ...DEFAULT_LEARNER_SETTINGS,
    network: { ...DEFAULT_LEARNER_SETTINGS.network, kind: 'plainUnet' },
    learningRate: 0.003,
  },
];
const SAMPLES = [textures, earth];

type Row = Readonly<Record<string, string | number | undefined>>;

interface Scene {
  readonly picture: StandardizedPicture;
  /** `[H, W]`: the class ids of these samples are their channels. */
  readonly classIds: Uint8Array<ArrayBuffer>;
  readonly truth: Uint8Array<ArrayBuffer>;
  readonly outputs: number;
}

let browser: Browser;

beforeAll(async () => {
  const executablePath = process.env['CHROME_PATH'];
  browser = await chromium.launch({ args: ['--no-sandbox'], ...(executablePath ? { executablePath } : {}) });
  await startBackend('wasm', WASM_PATHS);
});

afterAll(() => browser.close());

/** A shipped picture at `longestPx` pixels, decoded and enlarged by the browser, with the first `strokes` per class. */
async function sceneOf(sample: BuiltInSample, longestPx: number, strokesPerClass: number): Promise<Scene> {
  const factor = longestPx / Math.max(sample.width, sample.height);
  const [width, height] = [Math.round(factor * sample.width), Math.round(factor * sample.height)];
  const page = await browser.newPage();
  const bytes = readFileSync(`public/${sample.picture}`).toString('base64');
  const pixels = await page.evaluate(
    async ([source, w, h]) => {
      const image = new Image();
      image.src = `data:image/webp;base64,${source}`;
      await image.decode();
      const context = new OffscreenCanvas(w, h).getContext('2d') as OffscreenCanvasRenderingContext2D;
      context.imageSmoothingQuality = 'high';
      context.drawImage(image, 0, 0, w, h);
      const reader = new FileReader();
      reader.readAsDataURL(new Blob([context.getImageData(0, 0, w, h).data]));
      await new Promise((resolve) => {
        reader.onload = resolve;
      });
      return (reader.result as string).split(',')[1] ?? '';
    },
    [bytes, width, height] as const,
  );
  await page.close();
  const classIds = new Uint8Array(width * height).fill(UNLABELED);
  const few = sample.classes.flatMap(({ id }) =>
    sample.strokes.filter((s) => s.classId === id).slice(0, strokesPerClass),
  );
  for (const { classId, radiusPx, points } of scaleStrokes(few, factor)) {
    points.forEach(([x, y], i) => {
      const [fromX, fromY] = points[i - 1] ?? [x, y];
      rasteriseCapsule(fromX, fromY, x, y, radiusPx, width, height, (row, start, end) => {
        classIds.fill(classId, row * width + start, row * width + end);
      });
    });
  }
  const truth = resizeMask(decodeMaskPng(readFileSync(`public/${sample.truth}`)), width, height).values;
  return {
    picture: standardize(Buffer.from(pixels, 'base64'), width, height),
    classIds,
    truth,
    outputs: sample.classes.length,
  };
}

function windowsOf({ network: settings }: LearnerSettings) {
  const network = networkFor(settings);
  return { sizeMultiple: network.sizeMultiple, haloPx: haloPx(network) };
}

function cropsOf({ classIds, picture }: Scene, settings: LearnerSettings): CropPlan | null {
  return planCrops(classIds, picture.width, picture.height, { ...windowsOf(settings), square: true });
}

test('plans around the labels of shipped pictures', async () => {
  const rows: Row[] = [];
  for (const sample of SAMPLES) {
    for (const longestPx of [256, 512, 1024]) {
      for (const strokesPerClass of [1, 2, 99]) {
        const scene = await sceneOf(sample, longestPx, strokesPerClass);
        const start = performance.now();
        const plan = cropsOf(scene, DEFAULT_LEARNER_SETTINGS);
        const planMs = performance.now() - start;
        const area = (plan?.batchSize ?? 0) * (plan?.width ?? 0) * (plan?.height ?? 0);
        rows.push({
          picture: sample.id,
          longestPx,
          strokesPerClass,
          crops: plan === null ? 'none' : `${plan.crops.length} in ${plan.batchSize} × ${plan.width}²`,
          'area share': plan === null ? 1 : (area / scene.classIds.length).toFixed(3),
          'plan ms': planMs.toFixed(1),
        });
      }
    }
  }
  console.table(rows);
  expect(rows.some((row) => row['crops'] !== 'none')).toBe(true);
});

const shapeOf = ({ picture }: Scene, plan: CropPlan | null): BatchShape => ({
  batch: plan?.batchSize ?? 1,
  height: (plan ?? picture).height,
  width: (plan ?? picture).width,
});

/** Items of a plan's batch, or of the whole picture, with an augmentation drawn for each. */
function itemsOf(scene: Scene, plan: CropPlan | null, draw: (width: number, height: number) => Augmentation) {
  const { batch, width, height } = shapeOf(scene, plan);
  const items = new Int32Array(batch * ITEM_WORDS);
  const source = { width: scene.picture.width, height: scene.picture.height, firstPixel: 0 };
  if (plan === null) writeItem(items, 0, draw(width, height), source);
  else writeCropItems(items, plan, source, () => draw(width, height));
  return items;
}

function weightsFor({ classIds, outputs }: Scene, settings: LearnerSettings): number[] {
  const classes = Array.from({ length: outputs }, (_, classId) => ({
    classId,
    count: classIds.filter((other) => other === classId).length,
  }));
  return classWeights(classes, settings) ?? [];
}

/** Gradient of the label loss on the unaugmented windows of a plan, or the whole picture. */
async function gradientOf(
  flat: tf.Tensor1D,
  scene: Scene,
  plan: CropPlan | null,
  settings: LearnerSettings,
): Promise<Float32Array> {
  const network = networkFor(settings.network);
  const specs = collectParameters(network, scene.outputs);
  const shape = shapeOf(scene, plan);
  const gradient = tf.tidy(() => {
    const sample = sampleBatch(
      tf.tensor2d(scene.picture.values, [scene.classIds.length, 3]),
      tf.tensor1d(Int32Array.from(scene.classIds), 'int32'),
      tf.tensor2d(
        itemsOf(scene, plan, () => IDENTITY),
        [shape.batch, ITEM_WORDS],
        'int32',
      ),
      shape,
    );
    return tf.grad((vector) => {
      const parameters = splitParameters(vector as tf.Tensor1D, specs);
      const logits = applyNetwork(network, parameters, sample.picture, scene.outputs);
      return crossEntropy(logits, sample.labels, { weight: weightsFor(scene, settings) });
    })(flat);
  });
  try {
    return (await gradient.data()) as Float32Array;
  } finally {
    gradient.dispose();
  }
}

/** Parameters after the budget of steps on a plan's batches, or on the whole picture, and the median time of a step. */
async function train(scene: Scene, plan: CropPlan | null, settings: LearnerSettings) {
  const { picture, classIds, outputs } = scene;
  const network = networkFor(settings.network);
  const specs = collectParameters(network, outputs);
  const optimizer = new Optimizer(settings.optimizer, initial(settings, outputs), decayMask(specs));
  const pictures = new ResidentTensor([classIds.length, 3], 'float32');
  const labels = new ResidentTensor([classIds.length], 'int32');
  pictures.write(picture.values);
  labels.write(Int32Array.from(classIds));
  const loss = { loss: 'crossEntropy', treatment: 'ignore', labelSmoothing: 0, backgroundChannel: 0 } as const;
  const pretrained = new PretrainedWeights(network);
  const step = new TrainingStep({
    pretrained,
    fineTuned: false,
    network,
    specs,
    outputs,
    optimizer,
    pictures,
    labels,
    batch: shapeOf(scene, plan),
    pixelWeights: null,
    colors: null,
    smoothness: null,
    loss: { ...loss, classCount: outputs },
  });
  const weight = Float32Array.from(weightsFor(scene, settings));
  const random = Random.fromSeed(settings.seed);
  const times: number[] = [];
  for (let count = 0; count < settings.stepBudget; count++) {
    const start = performance.now();
    const items = itemsOf(scene, plan, (width, height) =>
      drawAugmentation(settings.augmentation, width, height, random),
    );
    const rates = { learningRate: learningRateAt(count, settings), weightDecay: settings.weightDecay };
    step.run({ items, weight, rates });
    await step.takeStats();
    times.push(performance.now() - start);
  }
  const { parameters } = await optimizer.read();
  for (const owner of [step, optimizer, pretrained, pictures, labels]) owner.dispose();
  return { flat: tf.tensor1d(parameters), stepMs: times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN };
}

function initial({ network, seed }: LearnerSettings, outputs: number): Float32Array<ArrayBuffer> {
  const keys = Array.from({ length: outputs }, (_, id) => id);
  return initialParameters(collectParameters(networkFor(network), outputs), seed, keys);
}

function scoresOf(map: Uint8Array, { truth }: Scene) {
  const matrix = confusionMatrix(truth, map);
  return { accuracy: maskedAccuracy(matrix)?.toFixed(4), meanIou: meanIou(matrix, 'benchmark')?.toFixed(4) };
}

/** Predicts in tiles of at most `tilePx²` pixels. `statistics`: the picture's, or each tile's own where it has none. */
async function inTiles(
  flat: tf.Tensor1D,
  { picture, outputs }: Scene,
  settings: LearnerSettings,
  tilePx: number,
  rampPx: number,
  statistics: NetworkStatistics = new Map(),
) {
  const network = networkFor(settings.network);
  const plan = planTiles(picture.width, picture.height, { ...windowsOf(settings), rampPx, maxPixels: tilePx ** 2 });
  const parameters = splitParameters(flat, collectParameters(network, outputs));
  const ops = givenStatisticsOps(parameters, statistics);
  const start = performance.now();
  const { channelMap } = await predictTiled(
    picture,
    plan,
    (x) => frugalPass(network, ops, x, outputs),
    outputs,
    noWait,
  );
  const ms = performance.now() - start;
  tf.dispose([...parameters.values()]);
  return { channelMap, plan, ms };
}

async function statisticsOf(
  flat: tf.Tensor1D,
  { picture, outputs }: Scene,
  settings: LearnerSettings,
  tilePx: number,
): Promise<{ statistics: NetworkStatistics; ms: number }> {
  const network = networkFor(settings.network);
  const plan = planTiles(picture.width, picture.height, { ...windowsOf(settings), rampPx: 0, maxPixels: tilePx ** 2 });
  const parameters = splitParameters(flat, collectParameters(network, outputs));
  const start = performance.now();
  const statistics = await measureStatistics(picture, plan, network, parameters, noWait);
  const ms = performance.now() - start;
  tf.dispose([...parameters.values()]);
  return { statistics, ms };
}

const noWait = async () => undefined;

/** In one tile. */
async function onePass(flat: tf.Tensor1D, scene: Scene, settings: LearnerSettings): Promise<Uint8Array> {
  return (await inTiles(flat, scene, settings, 1e6, 0)).channelMap;
}

const trained: { readonly sample: BuiltInSample; readonly settings: LearnerSettings; readonly flat: tf.Tensor1D }[] =
  [];

test('training on windows around few strokes', async () => {
  const rows: Row[] = [];
  for (const sample of SAMPLES) {
    for (const settings of LEARNERS) {
      const scene = await sceneOf(sample, 512, 1);
      const plan = cropsOf(scene, settings);
      if (plan === null) throw new Error('These strokes should be worth a plan.');
      const similarity = async (flat: tf.Tensor1D) => {
        const a = await gradientOf(flat, scene, null, settings);
        const b = await gradientOf(flat, scene, plan, settings);
        const dot = (u: Float32Array, v: Float32Array) => u.reduce((sum, value, i) => sum + value * (v[i] ?? 0), 0);
        // Few strokes may be learned until nothing is left of the loss.
        if (dot(a, a) === 0) return 'no gradient';
        const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
        return `${cosine.toFixed(3)}, ${Math.sqrt(dot(b, b) / dot(a, a)).toFixed(3)}`;
      };
      const first = tf.tensor1d(initial(settings, scene.outputs));
      for (const mode of ['whole picture', 'crops'] as const) {
        const { flat, stepMs } = await train(scene, mode === 'crops' ? plan : null, settings);
        const row = { picture: sample.id, network: settings.network.kind, 'trained on': mode };
        rows.push({
          ...row,
          'ms/step': stepMs.toFixed(0),
          predicted: 'in one pass',
          ...scoresOf(await onePass(flat, scene, settings), scene),
          'gradient cosine, norm at step 0': await similarity(first),
          'after training': await similarity(flat),
        });
        if (mode === 'crops') {
          if (settings === DEFAULT_LEARNER_SETTINGS) {
            const { channelMap } = await inTiles(flat, scene, settings, plan.width, 16);
            rows.push({ ...row, predicted: 'in tiles as large, own statistics', ...scoresOf(channelMap, scene) });
          }
          flat.dispose();
        } else {
          trained.push({ sample, settings, flat });
        }
      }
      first.dispose();
    }
  }
  console.table(rows);
  const plain = rows.filter((row) => row['network'] === 'plainUnet');
  expect(plain).toHaveLength(2 * SAMPLES.length);
  for (const row of plain) expect(row['gradient cosine, norm at step 0']).toBe('1.000, 1.000');
});

test('tiles against one pass', async () => {
  const rows: Row[] = [];
  for (const { sample, settings, flat } of trained) {
    const { statistics: reduced } = await statisticsOf(flat, await sceneOf(sample, 512, 1), settings, 512);
    for (const longestPx of [1024, 2048]) {
      const scene = await sceneOf(sample, longestPx, 1);
      const start = performance.now();
      const whole = await onePass(flat, scene, settings);
      const passMs = performance.now() - start;
      const compare = async (
        tilePx: number,
        rampPx: number,
        origin: string,
        given?: NetworkStatistics,
        givenMs = 0,
      ) => {
        const { channelMap, plan, ms } = await inTiles(flat, scene, settings, tilePx, rampPx, given);
        const differing = channelMap.filter((channel, i) => channel !== whole[i]).length / channelMap.length;
        rows.push({
          picture: sample.id,
          network: settings.network.kind,
          longestPx,
          tiles: `${plan.columns.length}×${plan.rows.length} of ${plan.tileWidth}×${plan.tileHeight}`,
          rampPx: plan.rampPx,
          statistics: origin,
          'differing %': (100 * differing).toFixed(4),
          'time / one pass': ((ms + givenMs) / passMs).toFixed(2),
        });
        return differing;
      };
      for (const tilePx of longestPx > 1024 ? [512] : [256, 512]) {
        for (const rampPx of [0, 32]) await compare(tilePx, rampPx, "each tile's own");
        const { statistics, ms } = await statisticsOf(flat, scene, settings, tilePx);
        expect(await compare(tilePx, 0, "the whole picture's", statistics, ms)).toBeLessThan(1e-3);
      }
      await compare(512, 0, 'of the picture at 512 px', reduced);
    }
    flat.dispose();
  }
  console.table(rows);
});
