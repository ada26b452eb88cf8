import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LessonProgress, NO_PROGRESS, parseLessonProgress, storedLessonProgress } from './lessonProgress.ts';

const anyProgress: fc.Arbitrary<LessonProgress> = fc.record({
  done: fc.array(fc.stringMatching(/^[a-z0-9-]{1,40}$/), { maxLength: 12 }).map((ids) => new Set(ids)),
  isAnswered: fc.boolean(),
});

test('progress is kept and comes back', () => {
  fc.assert(
    fc.property(anyProgress, (progress) => {
      expect(parseLessonProgress(storedLessonProgress(progress))).toEqual(progress);
    }),
  );
});

test('truncated, mutated and foreign text is no progress', () => {
  const text = storedLessonProgress({ done: new Set(['first-strokes', 'denominator']), isAnswered: true });
  for (let length = 0; length < text.length; length++) {
    expect(parseLessonProgress(text.slice(0, length))).toEqual(NO_PROGRESS);
  }
  const hostile = [
    'null',
    '[]',
    '{"done":["<script>"],"isAnswered":true}',
    '{"done":"x","isAnswered":true}',
    '{"done":[]}',
  ];
  for (const each of [null, ...hostile, JSON.stringify({ done: Array(51).fill('a'), isAnswered: true })]) {
    expect(parseLessonProgress(each)).toEqual(NO_PROGRESS);
  }
  fc.assert(
    fc.property(fc.string(), (any) => {
      expect(parseLessonProgress(any).done).toBeInstanceOf(Set);
    }),
  );
});
