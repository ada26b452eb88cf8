import * as v from 'valibot';
import { type LearnerSettings, learnerSettingsSchema } from './learner.ts';

/** Validates settings from a message, a file or a link. Throws an `Error` with one sentence that names the first bad field. */
export function parseLearnerSettings(value: unknown): LearnerSettings {
  const result = v.safeParse(learnerSettingsSchema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = v.getDotPath(issue);
  throw new Error(`These learner settings cannot be used: ${path ?? 'they'}: ${issue.message}.`);
}
