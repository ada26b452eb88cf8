import * as v from 'valibot';
import { parseStoredJson } from './storedJson.ts';

/** What is remembered of the lessons. */
export interface LessonProgress {
  /** Ids of the lessons that were finished. */
  readonly done: ReadonlySet<string>;
  /** Whether the person has answered the offer of a first lesson. */
  readonly isAnswered: boolean;
}

const MAX_LESSONS = 50;

const progressSchema = v.object({
  done: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/))), v.maxLength(MAX_LESSONS)),
  isAnswered: v.boolean(),
});

export const NO_PROGRESS: LessonProgress = { done: new Set(), isAnswered: false };

/** Progress from what {@link storedLessonProgress} wrote; none from anything else. */
export function parseLessonProgress(text: string | null): LessonProgress {
  const stored = parseStoredJson(progressSchema, text);
  return stored === null ? NO_PROGRESS : { done: new Set(stored.done), isAnswered: stored.isAnswered };
}

/** The text that progress is kept as. */
export function storedLessonProgress({ done, isAnswered }: LessonProgress): string {
  return JSON.stringify({ done: [...done].slice(-MAX_LESSONS), isAnswered });
}
