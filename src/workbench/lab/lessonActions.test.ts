import { expect, test } from 'vitest';
import { LESSONS } from '../../lessons/lessons.ts';
import { isSampleId } from '../../samples/loadSample.ts';
import { DEFAULT_LEARNER_SETTINGS, incompatibility } from '../../settings/learner.ts';
import { parseLearnerSettings } from '../../settings/parse.ts';
import { COMMANDS } from '../commands/commands.ts';

test.each(LESSONS)('$title: a picture that there is, settings that are valid, actions that can be taken', (lesson) => {
  const { setUp, steps } = lesson;
  expect(isSampleId(setUp.picture)).toBe(true);
  let settings = { ...DEFAULT_LEARNER_SETTINGS, ...setUp.settings };
  expect(parseLearnerSettings(settings)).toEqual(settings);
  const commands = new Set(COMMANDS.map(({ id }) => id));
  for (const action of steps.flatMap(({ offer }) => offer?.actions ?? [])) {
    if (action.type === 'command') expect(commands).toContain(action.id);
    if (action.type !== 'settings') continue;
    settings = { ...settings, ...action.change };
    expect(parseLearnerSettings(settings)).toEqual(settings);
    expect(incompatibility(settings.loss, settings.unlabeled)).toBeNull();
  }
});
