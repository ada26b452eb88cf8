import * as v from 'valibot';
import { expect, it } from 'vitest';
import {
  changesForNetwork,
  changesForRecipe,
  DEFAULT_LEARNER_SETTINGS,
  defaultReduction,
  incompatibility,
  LOSSES,
  learnerSettingsSchema,
  recipeOf,
  SMOOTHNESS,
  TREATMENTS,
} from './learner.ts';
import { parseLearnerSettings } from './parse.ts';

it('has defaults that its own schema accepts', () => {
  expect(parseLearnerSettings(DEFAULT_LEARNER_SETTINGS)).toEqual(DEFAULT_LEARNER_SETTINGS);
});

it.each([
  [{ learningRate: Number.POSITIVE_INFINITY }, 'learningRate'],
  [{ learningRate: '0.1' }, 'learningRate'],
  [{ unlabeled: 'guess' }, 'unlabeled'],
  [{ network: { kind: 'unet', width: 1e9, depth: 4, stride: 1 } }, 'network.width'],
  [{ stepBudget: 0 }, 'stepBudget'],
  [{ customClassWeights: { 3: 11 } }, 'customClassWeights.3'],
  [{ customClassWeights: { 3: -1 } }, 'customClassWeights.3'],
  [{ customClassWeights: { 32: 1 } }, 'customClassWeights.32'],
  [{ heldOutShare: 0.05 }, 'heldOutShare'],
  [{ heldOutShare: 0.6 }, 'heldOutShare'],
  [{ earlyStop: { patienceSteps: -1 } }, 'earlyStop.patienceSteps'],
  [{ restoreBest: 'yes' }, 'restoreBest'],
])('refuses %j and names the field', (change, path) => {
  expect(() => parseLearnerSettings({ ...DEFAULT_LEARNER_SETTINGS, ...change })).toThrow(path);
});

it('refuses what is not an object', () => {
  for (const value of [null, undefined, 7, 'settings', []]) expect(() => parseLearnerSettings(value)).toThrow();
});

it('allows plain masked training with every loss, and every treatment with cross-entropy', () => {
  for (const loss of LOSSES) expect(incompatibility(loss, 'ignore')).toBeNull();
  for (const treatment of TREATMENTS) expect(incompatibility('crossEntropy', treatment)).toBeNull();
  expect(incompatibility('dice', 'zeroedInput')).toContain('cross-entropy');
});

it.each([
  [128, true, 1],
  [256, true, 2],
  [512, true, 4],
  [256, false, 1],
  [512, false, 2],
  [1024, false, 4],
] as const)('reduces a %i px picture (software: %s) %i times', (side, software, reduction) => {
  expect(defaultReduction(side, software)).toBe(reduction);
  v.parse(learnerSettingsSchema.entries.network.entries.stride, reduction);
});

it('another network brings its learning rate, unless a person chose one', () => {
  const { network } = DEFAULT_LEARNER_SETTINGS;
  const plain = { ...network, kind: 'plainUnet' } as const;
  const changes = changesForNetwork(DEFAULT_LEARNER_SETTINGS, plain);
  expect(changes.network).toEqual(plain);
  expect(changes.learningRate).toBeLessThan(DEFAULT_LEARNER_SETTINGS.learningRate);
  expect(changesForNetwork({ ...DEFAULT_LEARNER_SETTINGS, ...changes }, network).learningRate).toBe(
    DEFAULT_LEARNER_SETTINGS.learningRate,
  );
  expect(changesForNetwork({ ...DEFAULT_LEARNER_SETTINGS, learningRate: 0.5 }, plain).learningRate).toBe(0.5);
});

it('begins with the recipe for the best masks; the plain one is a change away, and back', () => {
  const best = DEFAULT_LEARNER_SETTINGS;
  expect(recipeOf(best)).toBe('bestMasks');
  const plain = { ...best, ...changesForRecipe(best, 'plain') };
  expect(recipeOf(plain)).toBe('plain');
  expect([plain.classBalance, plain.smoothness.weight]).toEqual(['none', 0]);
  expect({ ...plain, ...changesForRecipe(plain, 'bestMasks') }).toEqual(best);
});

it('follows no recipe with a mixture of one’s own; the plain one keeps window and widths', () => {
  const own = { ...DEFAULT_LEARNER_SETTINGS, smoothness: { ...SMOOTHNESS, radiusPx: 5 } };
  expect(recipeOf(own)).toBeNull();
  expect(recipeOf({ ...DEFAULT_LEARNER_SETTINGS, classBalance: 'none' })).toBeNull();
  expect(recipeOf({ ...DEFAULT_LEARNER_SETTINGS, strokeBalance: 'stroke' })).toBeNull();
  const plain = { ...own, ...changesForRecipe(own, 'plain') };
  expect(recipeOf(plain)).toBe('plain');
  expect(plain.smoothness).toEqual({ ...SMOOTHNESS, radiusPx: 5, weight: 0 });
});

it('leaves smoothness and averages off in what was saved before there were any', () => {
  const { smoothness, weightAverage: _, flipAveraging: __, ...former } = DEFAULT_LEARNER_SETTINGS;
  expect(smoothness.weight).toBeGreaterThan(0);
  const opened = parseLearnerSettings(former);
  expect([opened.smoothness.weight, opened.weightAverage, opened.flipAveraging]).toEqual([0, 0, false]);
});

it('finds no class weights by hand in what was saved before there were any, pictures in turn and pixels alike', () => {
  const { customClassWeights: _, pictureOrder: __, strokeBalance: ___, ...former } = DEFAULT_LEARNER_SETTINGS;
  const read = { customClassWeights: {}, pictureOrder: 'even', strokeBalance: 'pixel' };
  expect(parseLearnerSettings(former)).toMatchObject(read);
});

it('continues at a tenth of the rate in what was saved before that could be chosen', () => {
  const { continueRate: _, ...former } = DEFAULT_LEARNER_SETTINGS;
  expect(parseLearnerSettings(former).continueRate).toBe(0.1);
});

it('holds nothing out, and stops no earlier, in what was saved before that was possible', () => {
  const { heldOutShare, earlyStop, restoreBest, ...former } = DEFAULT_LEARNER_SETTINGS;
  const parsed = parseLearnerSettings(former);
  expect([parsed.heldOutShare, parsed.earlyStop, parsed.restoreBest]).toEqual([0, { patienceSteps: 0 }, false]);
  expect([heldOutShare, earlyStop.patienceSteps, restoreBest]).toEqual([0, 0, false]);
});

it('leaves pretrained layers frozen in what was saved before they could learn', () => {
  const { fineTuning: _, ...former } = DEFAULT_LEARNER_SETTINGS;
  expect(parseLearnerSettings(former).fineTuning.rate).toBe(0);
});
