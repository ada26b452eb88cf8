import { expect, it } from 'vitest';
import type { SegmentationClass } from '../../settings/classes.ts';
import { DEFAULT_LEARNER_SETTINGS } from '../../settings/learner.ts';
import { isSameConfiguration, learnerConfiguration } from './learnerConfiguration.ts';

const CLASSES: readonly SegmentationClass[] = [
  { id: 3, name: 'cup', color: '#ff0000' },
  { id: 0, name: 'table', color: '#00ff00' },
];

const configurationOf = (classes: readonly SegmentationClass[], settings = DEFAULT_LEARNER_SETTINGS) =>
  learnerConfiguration(classes, settings);

it('names and colours of classes are nothing new for the learner; their ids, order and number are', () => {
  const former = configurationOf(CLASSES);
  const isNews = (classes: readonly SegmentationClass[]) => !isSameConfiguration(former, configurationOf(classes));
  expect(isNews(CLASSES.map((c) => ({ ...c, name: `${c.name} 2` })))).toBe(false);
  expect(isNews(CLASSES.map((c) => ({ ...c, color: '#0000ff' })))).toBe(false);
  expect(isNews(CLASSES.toReversed())).toBe(true);
  expect(isNews(CLASSES.slice(1))).toBe(true);
  expect(isNews([...CLASSES, { id: 7, name: 'spoon', color: '#0000ff' }])).toBe(true);
});

it('other settings are news', () => {
  const other = { ...DEFAULT_LEARNER_SETTINGS, learningRate: 0.5 };
  expect(isSameConfiguration(configurationOf(CLASSES), configurationOf(CLASSES, other))).toBe(false);
  expect(isSameConfiguration(configurationOf(CLASSES), configurationOf(CLASSES, { ...DEFAULT_LEARNER_SETTINGS }))).toBe(
    true,
  );
});

it('a background class that is gone gives way to the first one', () => {
  expect(configurationOf(CLASSES).settings).toBe(DEFAULT_LEARNER_SETTINGS);
  expect(configurationOf(CLASSES.slice(0, 1)).settings.backgroundClassId).toBe(3);
});
