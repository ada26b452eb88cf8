import { DEFAULT_LEARNER_SETTINGS, type LearnerSettings } from '../../settings/learner.ts';
import { parseLearnerSettings } from '../../settings/parse.ts';

type Facts = Readonly<Record<string, unknown>>;

/** A setting whose keys are a person's own, so that it goes as a whole. */
const WHOLE = 'customClassWeights';

const isFacts = (value: unknown): value is Facts =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The settings that differ from the defaults; of nested groups only the fields that do. */
export function settingsChanges(settings: LearnerSettings): Facts {
  return changesOf(settings, DEFAULT_LEARNER_SETTINGS);
}

function changesOf(facts: Facts, defaults: Facts): Facts {
  const changes: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(facts)) {
    const usual = defaults[key];
    if (JSON.stringify(value) === JSON.stringify(usual)) continue;
    changes[key] = isFacts(value) && isFacts(usual) && key !== WHOLE ? changesOf(value, usual) : value;
  }
  return changes;
}

/** Settings from what {@link settingsChanges} gave. Throws an `Error` when that makes none. */
export function settingsWith(changes: unknown): LearnerSettings {
  return parseLearnerSettings(merged(DEFAULT_LEARNER_SETTINGS, changes));
}

/** Only keys that there are by default are looked at, so no key of a stranger's choice is ever set. */
function merged(defaults: Facts, changes: unknown): Facts {
  if (!isFacts(changes)) return defaults;
  return Object.fromEntries(
    Object.entries(defaults).map(([key, usual]) => {
      if (!Object.hasOwn(changes, key)) return [key, usual];
      const value = changes[key];
      return [key, isFacts(usual) && isFacts(value) && key !== WHOLE ? merged(usual, value) : value];
    }),
  );
}
