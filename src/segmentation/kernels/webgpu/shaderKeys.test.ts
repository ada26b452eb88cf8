import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { type GpuTuning, gpuTuningSchema } from '../../../settings/gpuTuning.ts';
import {
  DEFAULT_LEARNER_SETTINGS,
  incompatibility,
  LOSSES,
  NETWORK_KINDS,
  OPTIMIZERS,
  STROKE_BALANCES,
  TREATMENTS,
} from '../../../settings/learner.ts';
import { startBackend } from '../../backend.ts';
import { WASM_PATHS } from '../../backendTestTools.ts';
import { IS_LONG } from '../../effortTestTools.ts';
import { labelLoss } from '../../losses/labelLoss.ts';
import { groupNormRelu } from '../../models/groupNorm.ts';
import { isExpanded, isResidual } from '../../models/networkOps.ts';
import { upsample } from '../../models/upsample.ts';
import { Optimizer } from '../../optimizer/optimizer.ts';
import { range } from '../../range.ts';
import { Trainer } from '../../trainer/trainer.ts';
import { wavesPicture } from '../../wavesTestTools.ts';
import { ITEM_WORDS, sampleBatch, sampleWeights } from '../batch/sampleBatch.ts';
import { CONV_2D_BACKPROP_FILTER_BIAS } from '../convolution/conv2DBackpropFilterBias.ts';
import { convolutions, shapes } from '../convolution/convolutionTestTools.ts';
import { foldFilter, spreadFilter } from '../convolution/spreadFilter.ts';
import { DEPTHWISE_BACKPROP_FILTER_BIAS } from '../depthwise/depthwiseBackpropFilterBias.ts';
import { BLOCKS } from '../invertedResidual/blocksTestTools.ts';
import { INVERTED_RESIDUAL } from '../invertedResidual/invertedResidual.ts';
import { concatenateFlat } from '../optimizer/concatenateFlat.ts';
import { predictionBytes } from '../predictionBytes/predictionBytes.ts';
import { relu6Gradient, reluGradient } from '../relu/reluGradient.ts';
import { smoothness } from '../smoothness/smoothness.ts';
import { type KeyConflict, ProgramTexts } from './programTextsTestTools.ts';
import { pretendHardware } from './webgpuTilingTestTools.ts';

type Shape4D = [number, number, number, number];

const SOURCES = import.meta.glob('../**/*.ts', { query: '?raw', import: 'default', eager: true });
const RUNS = IS_LONG ? 100 : 4;
const LEARNERS = IS_LONG ? 60 : 6;

let texts: ProgramTexts;

beforeAll(async () => {
  await startBackend('webgpu', WASM_PATHS);
  texts = new ProgramTexts(tf.backend() as WebGPUBackend);
});

const integer = (min: number, max: number) => fc.integer({ min, max });

const { sums, inputReads, workgroupSize, lanes, wantedInvocations } = gpuTuningSchema.entries;

/** How kernels are cut on a graphics processor; `null`: as software has them. */
type Plan = Partial<GpuTuning> | null;

/** Software's, and graphics processors' that read and add up in every way, cut in any other respect by chance. */
const plans: fc.Arbitrary<Plan[]> = fc
  .record({
    sums: fc.constantFrom(...sums.options),
    workgroupSize: fc.constantFrom(...workgroupSize.options),
    wantedInvocations: fc.constantFrom(...wantedInvocations.options),
  })
  .map((tuning) => [
    null,
    ...inputReads.options.flatMap((reads) =>
      lanes.options.map((together) => ({ ...tuning, inputReads: reads, lanes: together })),
    ),
  ]);

function cutBy(plan: Plan): void {
  pretendHardware(plan !== null, plan ?? {});
}

// Every width of read, and sums over channels of many lengths.
const channelCounts = fc.oneof(integer(1, 40), fc.constantFrom(4, 8, 12, 16, 32, 64));
const maps = { batch: integer(1, 3), height: integer(1, 40), width: integer(1, 40), channels: channelCounts };

/** The line in which two texts of one key part. */
function told({ key, texts: [former, other] }: KeyConflict): string {
  const [a, b] = [former.split('\n'), other.split('\n')];
  const line = a.findIndex((text, i) => text !== b[i]);
  return `${key}\n  ${a[line]?.trim()}\n  ${b[line]?.trim()}`;
}

/** A case, and all that are as it is but for one attribute, which is one of other cases'. */
function neighboursOf<Case extends object>(one: Case, others: readonly Case[]): Case[] {
  const attributes = Object.keys(one) as (keyof Case)[];
  const apart = others.flatMap((other) =>
    attributes.flatMap((key) => (other[key] === one[key] ? [] : [{ ...one, [key]: other[key] }])),
  );
  return [one, ...apart];
}

/** Has whatever `ask` runs of random cases ask for its programs, each case under several plans, its neighbours under two. */
function assertKeysSayAll<Case extends object>(
  cases: fc.Arbitrary<Case>,
  ask: (given: Case) => tf.TensorContainer,
): void {
  const property = fc.property(plans, cases, fc.tuple(cases, cases, cases), (several, one, others) => {
    several.forEach((plan, i) => {
      cutBy(plan);
      // Neighbours on software and on one graphics processor: on others it is the cut alone that is another.
      for (const given of i < 2 ? neighboursOf(one, others) : [one]) tf.dispose(tf.tidy(() => ask(given)));
    });
    // What was asked for before is part of the case: it cannot be made smaller.
    expect(texts.takeConflicts().map(told)).toEqual([]);
  });
  fc.assert(property, { numRuns: RUNS, endOnFailure: true });
}

const run = (kernel: string, inputs: tf.NamedTensorMap, attrs: object): tf.TensorContainer =>
  tf.engine().runKernel(kernel, inputs, attrs as tf.NamedAttrMap);

const activations = fc.constantFrom('linear', 'relu', 'relu6');

it('convolutions', { timeout: 300_000 }, () => {
  const more = fc.record({
    bias: fc.boolean(),
    addend: fc.boolean(),
    activation: activations,
    isNormalized: fc.boolean(),
  });
  const cases = fc.tuple(convolutions(3), more).map(([c, extra]) => ({ ...c, ...extra }));
  assertKeysSayAll(cases, ({ bias, addend, activation, isNormalized, ...c }) => {
    const shape = shapes(c);
    // A neighbour's filter may be larger than its map.
    if (shape.y.some((extent) => extent <= 0)) return [];
    const [x, filter, dy] = [tf.zeros(shape.x), tf.zeros(shape.filter), tf.zeros(shape.y)];
    const attrs = { strides: c.strides, pad: c.pad, dilations: c.dilations, dataFormat: 'NHWC' };
    const added = { ...(bias && { bias: tf.zeros([c.outputs]) }), ...(addend && { addend: dy }) };
    return [
      run(tf.Conv2D, { x, filter }, attrs),
      run(tf.FusedConv2D, { x, filter, ...added }, { ...attrs, activation: addend ? 'linear' : activation }),
      run(tf.FusedConv2D, { x, filter, ...added }, { ...attrs, activation: 'linear', isNormalized }),
      run(tf.Conv2DBackpropFilter, { x, dy }, { ...attrs, filterShape: shape.filter }),
      run(CONV_2D_BACKPROP_FILTER_BIAS, { x, dy }, { ...attrs, filterShape: shape.filter }),
      run(tf.Conv2DBackpropInput, { dy, filter }, { ...attrs, inputShape: shape.x }),
    ];
  });
});

it('filters of enlarged convolutions', () => {
  assertKeysSayAll(fc.record({ inputs: channelCounts, outputs: channelCounts }), ({ inputs, outputs }) => [
    spreadFilter(tf.zeros([3, 3, inputs, outputs])),
    foldFilter(tf.zeros([4, 4, outputs, inputs])),
  ]);
});

it('gradients of depthwise convolutions', () => {
  const cases = fc.record({
    ...maps,
    side: integer(1, 5),
    stride: integer(1, 2),
    pad: fc.constantFrom('same', 'valid'),
  });
  assertKeysSayAll(cases, ({ batch, height, width, channels, side, stride, pad }) => {
    const inputShape: Shape4D = [batch, height + side, width + side, channels];
    const filterShape: Shape4D = [side, side, channels, 1];
    const attrs = { strides: [stride, stride], pad, dilations: [1, 1], dataFormat: 'NHWC' };
    const out = (extent: number) => Math.ceil((pad === 'same' ? extent : extent - side + 1) / stride);
    const dy = tf.zeros([batch, out(height + side), out(width + side), channels]);
    return [
      run(tf.DepthwiseConv2dNativeBackpropInput, { dy, filter: tf.zeros(filterShape) }, { ...attrs, inputShape }),
      run(DEPTHWISE_BACKPROP_FILTER_BIAS, { x: tf.zeros(inputShape), dy }, { ...attrs, filterShape }),
    ];
  });
});

it('inverted residual blocks', () => {
  const cases = fc.record({ ...maps, block: fc.constantFrom(...BLOCKS) });
  assertKeysSayAll(cases, ({ batch, height, width, block }) => {
    const { inputs, wide, outputs, stride } = block;
    const more = isExpanded(block) && { expand: tf.zeros([1, 1, inputs, wide]), expandBias: tf.zeros([wide]) };
    const operands = {
      x: tf.zeros([batch, height, width, inputs]),
      ...more,
      depthwise: tf.zeros([3, 3, wide, 1]),
      depthwiseBias: tf.zeros([wide]),
      project: tf.zeros([1, 1, wide, outputs]),
      projectBias: tf.zeros([outputs]),
    };
    return run(INVERTED_RESIDUAL, operands, { stride, isResidual: isResidual(block) });
  });
});

it('normalisation, ReLU, pooling, enlarging and what predicts, with their gradients', () => {
  assertKeysSayAll(fc.record({ ...maps, groups: integer(1, 8) }), ({ batch, height, width, channels, groups }) => {
    const x: tf.Tensor4D = tf.zeros([batch, 2 * height, 2 * width, channels]);
    const grouped: tf.Tensor4D = tf.zeros([batch, height, width, groups * channels]);
    const perChannel: tf.Tensor1D = tf.zeros([groups * channels]);
    const norm = (map: tf.Tensor, gain: tf.Tensor, offset: tf.Tensor) =>
      groupNormRelu(map as tf.Tensor4D, gain as tf.Tensor1D, offset as tf.Tensor1D, groups);
    return [
      tf.valueAndGrads(norm)([grouped, perChannel, perChannel]).grads,
      reluGradient(x, x),
      relu6Gradient(x, x),
      tf.grad((map) => tf.maxPool(map as tf.Tensor4D, 2, 2, 'valid'))(x),
      tf.grad((map) => upsample(map as tf.Tensor4D))(x),
      predictionBytes(x),
    ];
  });
});

it('label losses and their gradients', () => {
  const cases = fc.record({
    ...maps,
    loss: fc.constantFrom(...LOSSES),
    treatment: fc.constantFrom(...TREATMENTS),
    labelSmoothing: fc.constantFrom(0, 0.1, 0.25),
    backgroundChannel: fc.nat({ max: 40 }),
    weighsClasses: fc.boolean(),
    weighsPixels: fc.boolean(),
    isDenominatorGiven: fc.boolean(),
  });
  assertKeysSayAll(cases, ({ batch, height, width, channels: classCount, loss, treatment, ...more }) => {
    if (incompatibility(loss, treatment) !== null) return [];
    const channels = classCount + (treatment === 'extraClass' ? 1 : 0);
    const labels: tf.Tensor3D = tf.zeros([batch, height, width], 'int32');
    const hasWeight = more.weighsClasses && (loss === 'crossEntropy' || loss === 'focal');
    const cost = (logits: tf.Tensor) =>
      labelLoss(logits as tf.Tensor4D, labels, {
        loss,
        treatment,
        classCount,
        labelSmoothing: more.labelSmoothing,
        backgroundChannel: more.backgroundChannel % classCount,
        weight: hasWeight ? tf.ones([channels]) : null,
        ...(more.weighsPixels && { pixelWeight: tf.ones([batch, height, width]) }),
        ...(more.isDenominatorGiven && { denominator: tf.scalar(1) }),
      });
    return tf.grad(cost)(tf.zeros([batch, height, width, channels]));
  });
});

it('smoothness', () => {
  const cases = fc.record({
    ...maps,
    window: fc.constantFrom({ radiusPx: 1, stepPx: 1 }, { radiusPx: 4, stepPx: 2 }, { radiusPx: 5, stepPx: 4 }),
    colorWidth: fc.double({ min: 0.05, max: 4, noNaN: true }),
    spaceWidthPx: fc.double({ min: 0.5, max: 20, noNaN: true }),
    gated: fc.boolean(),
    weight: fc.double({ min: 0, max: 10, noNaN: true }),
  });
  assertKeysSayAll(cases, ({ batch, height, width, channels, window, weight, ...attributes }) => {
    const operands = {
      colors: tf.zeros<tf.Rank.R1>([batch * height * width], 'int32'),
      labels: tf.zeros<tf.Rank.R3>([batch, height, width], 'int32'),
      items: tf.zeros<tf.Rank.R2>([batch, ITEM_WORDS], 'int32'),
      weight: tf.tensor1d([weight]),
    };
    return tf.grad((logits) => smoothness(logits as tf.Tensor4D, operands, { ...attributes, ...window }))(
      tf.zeros([batch, height, width, channels]),
    );
  });
});

it('batches', () => {
  assertKeysSayAll(fc.record(maps), ({ batch, height, width }) => {
    const pixels = 2 * height * width;
    const items: tf.Tensor2D = tf.zeros([batch, ITEM_WORDS], 'int32');
    const shape = { batch, height, width };
    const pictures = sampleBatch(tf.zeros([pixels, 3]), tf.zeros([pixels], 'int32'), items, shape);
    return [pictures.picture, pictures.labels, sampleWeights(tf.zeros([pixels]), items, shape)];
  });
});

it('flat vectors and their updates', () => {
  const cases = fc.record({
    sizes: fc.array(integer(1, 300), { minLength: 1, maxLength: 20 }),
    gap: integer(0, 64),
    kind: fc.constantFrom(...OPTIMIZERS),
    averages: fc.boolean(),
  });
  assertKeysSayAll(cases, ({ sizes, gap, kind, averages }) => {
    const starts = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size + gap, 0));
    const length = (starts.at(-1) ?? 0) + (sizes.at(-1) ?? 0) + gap;
    const gradient = concatenateFlat(
      sizes.map((size) => tf.zeros([size])),
      starts,
      length,
    );
    const optimizer = new Optimizer(kind, new Float32Array(length), new Float32Array(length), averages);
    optimizer.update(gradient, { learningRate: 0.1, weightDecay: 0.1 });
    const reported = optimizer.reportTo(tf.zeros([4]));
    optimizer.dispose();
    return [gradient, reported];
  });
});

it('whole learners, whatever was chosen', { timeout: 300_000 }, async () => {
  const settings = fc.record({
    network: fc.record({
      kind: fc.constantFrom(...NETWORK_KINDS),
      width: integer(4, 20),
      depth: integer(1, 3),
      stride: fc.constantFrom(1, 2, 4),
    }),
    loss: fc.constantFrom(...LOSSES),
    strokeBalance: fc.constantFrom(...STROKE_BALANCES),
    optimizer: fc.constantFrom(...OPTIMIZERS),
    weightAverage: fc.constantFrom(0, 0.9),
    flipAveraging: fc.boolean(),
    fineTuning: fc.constantFrom({ rate: 0, frozenShare: 0 }, { rate: 0.1, frozenShare: 0 }),
  });
  const learners = fc.record({ settings, sizePx: integer(8, 40), classCount: integer(1, 32), several: plans });
  const property = fc.asyncProperty(learners, async ({ settings: some, sizePx, classCount, several }) => {
    const channels = range(classCount);
    const trainer = new Trainer({ channels, settings: { ...DEFAULT_LEARNER_SETTINGS, ...some } as const });
    const { pixels, planes } = wavesPicture(sizePx, channels);
    planes.classIds[0] = 0;
    trainer.addPicture('waves', pixels, planes, 'train');
    for (const plan of several) {
      cutBy(plan);
      await trainer.compile('waves');
    }
    trainer.dispose();
    expect(texts.takeConflicts().map(told)).toEqual([]);
  });
  await fc.assert(property, { numRuns: LEARNERS, endOnFailure: true });
});

it('no program of ours was left out', () => {
  const named = /\b(?:name|shaderKey)(?: =|:) (?:\[|\w+ \? )?[`']([a-zA-Z\d]{7,})/g;
  const ours = Object.entries(SOURCES).filter(([path, text]) => !/[tT]est/.test(path) && text.includes('webgpu'));
  const names = ours.flatMap(([, text]) => [...text.matchAll(named)].map(([, name]) => name ?? ''));
  expect(names.length).toBeGreaterThan(25);
  expect(names.filter((name) => !texts.keys.some((key) => key.startsWith(name)))).toEqual([]);
});
