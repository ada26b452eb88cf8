import { describe, expect, test } from 'vitest';
import { createPlanes } from '../../labels/planes.ts';
import { PictureSet } from './pictureSet.ts';

const PIXELS = Uint8Array.from({ length: 4 * 20 }, (_, i) => (37 * i) % 251);
/** Bytes of the standardised values of 5 × 4 pixels. */
const VALUE_BYTES = 5 * 4 * 3 * 4;

function setOf(budgetBytes: number, ids: readonly string[]): PictureSet {
  const pictures = new PictureSet(budgetBytes);
  for (const id of ids) pictures.add(id, PIXELS, createPlanes(5, 4), 'train');
  return pictures;
}

describe('standardised values', () => {
  const isKept = (pictures: PictureSet, id: string) => {
    const first = pictures.standardized(pictures.get(id));
    return pictures.standardized(pictures.get(id)) === first;
  };

  test('are kept up to the budget, and the same beyond it', () => {
    const pictures = setOf(2 * VALUE_BYTES, ['a', 'b', 'c']);
    expect(['a', 'b', 'c'].map((id) => isKept(pictures, id))).toEqual([true, true, false]);
    expect(pictures.standardized(pictures.get('c'))).toEqual(pictures.standardized(pictures.get('a')));
  });

  test('make room when their picture goes or is not for training any more', () => {
    const pictures = setOf(VALUE_BYTES, ['a', 'b', 'c']);
    expect(['a', 'b'].map((id) => isKept(pictures, id))).toEqual([true, false]);
    pictures.remove('a');
    expect(['b', 'c'].map((id) => isKept(pictures, id))).toEqual([true, false]);
    pictures.setUse('b', 'test');
    expect(['c', 'b'].map((id) => isKept(pictures, id))).toEqual([true, false]);
  });
});

test('labels of some classes only: which pictures are learned from', () => {
  const pictures = setOf(0, ['a', 'b']);
  const planes = createPlanes(5, 4);
  planes.classIds[3] = 7;
  pictures.add('c', PIXELS, planes, 'train');
  pictures.add('d', PIXELS, planes, 'test');
  const learned = (channels: readonly number[]) => pictures.labeledForTraining(channels).map(({ id }) => id);
  expect(learned([1, 7])).toEqual(['c']);
  expect(learned([1])).toEqual([]);
  pictures.setUse('d', 'train');
  expect(learned([7])).toEqual(['c', 'd']);
});

test('counts and channel labels are those of the labels as they are', () => {
  const pictures = new PictureSet(0);
  const planes = createPlanes(5, 4);
  pictures.add('a', PIXELS, planes, 'train');
  const picture = pictures.get('a');
  expect(picture.countById[255]).toBe(20);
  const { labelVersion } = picture;
  planes.classIds.set([4, 9, 9, 2]);
  picture.labelsChanged();
  expect(picture.labelVersion).not.toBe(labelVersion);
  expect([4, 9, 2, 255].map((id) => picture.countById[id])).toEqual([1, 2, 1, 16]);
  expect([...picture.channelLabels([9, 4])].slice(0, 5)).toEqual([1, 0, 0, 255, 255]);
});

test('ids are there once, or not at all', () => {
  const pictures = setOf(0, ['a']);
  expect(() => pictures.add('a', PIXELS, createPlanes(5, 4), 'train')).toThrow(RangeError);
  expect(() => pictures.add('b', PIXELS, createPlanes(4, 4), 'train')).toThrow(RangeError);
  for (const act of [() => pictures.get('b'), () => pictures.remove('b'), () => pictures.setUse('b', 'skip')]) {
    expect(act).toThrow(RangeError);
  }
  expect([...pictures.all].map(({ id }) => id)).toEqual(['a']);
});
