import { classBalance } from './classBalance.ts';
import { denominator } from './denominator.ts';
import { firstStrokes } from './firstStrokes.ts';
import { ignoreOrBackground } from './ignoreOrBackground.ts';
import { isItGood } from './isItGood.ts';
import type { Lesson } from './lesson.ts';
import { smoothness } from './smoothness.ts';
import { whereNext } from './whereNext.ts';

/** The lessons in their order; the first one is what a new visitor is offered. */
export const LESSONS: readonly Lesson[] = [
  firstStrokes,
  ignoreOrBackground,
  denominator,
  classBalance,
  smoothness,
  isItGood,
  whereNext,
];

/** The lesson called `id`, if there is one. */
export function findLesson(id: string): Lesson | undefined {
  return LESSONS.find((lesson) => lesson.id === id);
}
