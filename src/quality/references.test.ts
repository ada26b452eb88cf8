import { expect, test } from 'vitest';
import { parseReferences, referenceScores } from './references.ts';

const TEXT = JSON.stringify({
  forest: { 'single 128': { retina: { a: 0.5, b: 0.7 } }, 'multi 128': { cells: 0.25 } },
});

test('a set is the mean of its pictures, or one number', () => {
  const references = parseReferences(TEXT);
  const of = (mode: 'single' | 'multi', sizePx: number) =>
    referenceScores(references, 'forest', { mode, sizePx }, ['cells', 'retina']);
  expect(of('single', 128)).toEqual([undefined, 0.6]);
  expect(of('multi', 128)).toEqual([0.25, undefined]);
  expect(of('single', 256)).toEqual([undefined, undefined]);
  expect(referenceScores(references, 'probe', { mode: 'single', sizePx: 128 }, ['retina'])).toEqual([undefined]);
});

test.each([
  ['', 'The file of references is no JSON.'],
  [TEXT.slice(0, 40), 'The file of references is no JSON.'],
  ['{"forest":{"single":{"retina":0.5}}}', 'The file of references is not one of evaluation data'],
  ['{"forest":{"single 128":{"retina":1.5}}}', 'The file of references is not one of evaluation data'],
  ['{"forest":{"single 128":{"retina":{"a":"0.5"}}}}', 'The file of references is not one of evaluation data'],
])('%s is refused', (text, sentence) => {
  expect(() => parseReferences(text)).toThrow(sentence);
});
