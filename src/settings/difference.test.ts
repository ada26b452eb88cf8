import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COMPARED_SETTINGS,
  differenceAsIs,
  parseDifference,
  type SettingsDifference,
  suggestedDifference,
  whyNotCompare,
  withDifference,
} from './difference.ts';
import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings, LOSSES, NETWORK_KINDS, TREATMENTS } from './learner.ts';
import { parseLearnerSettings } from './parse.ts';

const OTHERS: LearnerSettings = {
  ...DEFAULT_LEARNER_SETTINGS,
  network: { kind: 'plainUnet', width: 4, depth: 2, stride: 2 },
  unlabeled: 'asBackground',
  loss: 'dice',
  classBalance: 'none',
  strokeBalance: 'stroke',
  labelSmoothing: 0.2,
  smoothness: { ...DEFAULT_LEARNER_SETTINGS.smoothness, weight: 0, radiusPx: 5 },
  optimizer: 'sgd',
  learningRate: 1e-6,
  schedule: 'constant',
  augmentation: { flip: false, quarterTurns: false, color: 0, scale: 0 },
  seed: 0xffff_ffff,
};

describe.each([
  ['the defaults', DEFAULT_LEARNER_SETTINGS],
  ['other settings', OTHERS],
])('with %s', (_, settings) => {
  it.each(COMPARED_SETTINGS)('a difference of %s changes it and nothing else', (setting) => {
    const difference = suggestedDifference(settings, setting);
    expect(parseDifference(difference)).toEqual(difference);
    const other = withDifference(settings, difference);
    expect(parseLearnerSettings(other)).toEqual(other);
    expect(differenceAsIs(other, setting)).toEqual(difference);
    const changed = COMPARED_SETTINGS.filter(
      (name) => differenceAsIs(settings, name).value !== differenceAsIs(other, name).value,
    );
    expect(changed.filter((name) => name !== 'learningRate' || setting === 'learningRate')).toEqual([setting]);
    // Another network learns at another rate where a person chose none.
    if (setting !== 'network') expect(changed).toEqual([setting]);
    expect(withDifference(settings, differenceAsIs(settings, setting))).toEqual(settings);
  });

  it.each(COMPARED_SETTINGS)('the suggested %s makes sense, and what A has does not', (setting) => {
    const reason = whyNotCompare(settings, suggestedDifference(settings, setting));
    if (setting === 'classBalance' && settings.loss === 'dice') expect(reason).toContain('no class weights');
    else expect(reason).toBeNull();
    expect(whyNotCompare(settings, differenceAsIs(settings, setting))).toContain('A has this');
  });
});

it('follows the first learner in all but its own value', () => {
  const difference: SettingsDifference = { setting: 'smoothness', value: 0 };
  const smoothness = { ...DEFAULT_LEARNER_SETTINGS.smoothness, radiusPx: 2 };
  const other = withDifference({ ...DEFAULT_LEARNER_SETTINGS, smoothness, learningRate: 0.5 }, difference);
  expect(other.smoothness).toEqual({ ...smoothness, weight: 0 });
  expect(other.learningRate).toBe(0.5);
});

it('gives the reason where a loss and a treatment make no sense together', () => {
  const dice = { ...DEFAULT_LEARNER_SETTINGS, loss: 'dice' } as const;
  expect(whyNotCompare(dice, { setting: 'unlabeled', value: 'zeroedInput' })).toContain('cross-entropy');
  const zeroed = { ...DEFAULT_LEARNER_SETTINGS, unlabeled: 'zeroedInput' } as const;
  expect(whyNotCompare(zeroed, { setting: 'loss', value: 'mse' })).toContain('cross-entropy');
});

it.each([
  null,
  undefined,
  'unlabeled',
  [],
  {},
  { setting: 'unlabeled' },
  { setting: 'stepBudget', value: 5 },
  { setting: '__proto__', value: 5 },
  { setting: 'unlabeled', value: 'erase' },
  { setting: 'loss', value: 3 },
  { setting: 'smoothness', value: -1 },
  { setting: 'smoothness', value: Number.NaN },
  { setting: 'learningRate', value: 0 },
  { setting: 'width', value: 4096 },
  { setting: 'seed', value: 0.5 },
  { setting: 'augmentation', value: 'no' },
])('refuses what is no difference with one sentence: %o', (value) => {
  expect(() => parseDifference(value)).toThrow(/^These two learners cannot be compared: .*\.$/);
});

it('lets only what it knows through, whatever comes', () => {
  const values = fc.oneof(fc.anything(), fc.constantFrom(...LOSSES, ...TREATMENTS, ...NETWORK_KINDS), fc.double());
  const settings = fc.oneof(fc.constantFrom(...COMPARED_SETTINGS), fc.string());
  fc.assert(
    fc.property(settings, values, (setting, value) => {
      let difference: SettingsDifference;
      try {
        difference = parseDifference({ setting, value, more: 1 });
      } catch (error) {
        expect(String(error)).toContain('cannot be compared');
        return;
      }
      expect(Object.keys(difference).sort()).toEqual(['setting', 'value']);
      const other = withDifference(DEFAULT_LEARNER_SETTINGS, difference);
      expect(parseLearnerSettings(other)).toEqual(other);
    }),
  );
});
