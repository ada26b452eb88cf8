import fc from 'fast-check';
import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { PREDICTED_UNLABELED, UNLABELED } from '../../labels/planes.ts';
import { decodeMaskPng } from '../masks/maskPng.ts';
import { denseIndices, encodeLabelPng, finalMask } from './labelPng.ts';

const CLASSES = [
  { id: 7, name: 'Leaf', color: '#22aa44' },
  { id: 0, name: 'Ground', color: '#8a5a2b' },
  { id: 31, name: 'Sky', color: '#3366ff' },
];

const side = fc.integer({ min: 1, max: 15 });
const ids = fc.constantFrom(7, 0, 31, UNLABELED, PREDICTED_UNLABELED, 12);

describe('encodeLabelPng', () => {
  test('is read back as the planes under the dense renumbering', () => {
    fc.assert(
      fc.property(side, side, fc.array(ids, { minLength: 225, maxLength: 225 }), (width, height, plane) => {
        const values = Uint8Array.from(plane.slice(0, width * height));
        const mask = decodeMaskPng(encodeLabelPng({ width, height, values }, CLASSES));
        expect([mask.width, mask.height]).toEqual([width, height]);
        const expected = [...values].map((id) => {
          const index = CLASSES.findIndex((c) => c.id === id);
          return index < 0 ? 255 : index;
        });
        expect([...mask.values]).toEqual(expected);
        for (const value of mask.values) expect([0, 1, 2, 255]).toContain(value);
      }),
    );
  });

  test("has the classes' colours for viewers, black for unlabeled", () => {
    const { palette } = decode(encodeLabelPng({ width: 1, height: 1, values: Uint8Array.of(7) }, CLASSES));
    expect(palette?.slice(0, 4)).toEqual([
      [0x22, 0xaa, 0x44],
      [0x8a, 0x5a, 0x2b],
      [0x33, 0x66, 0xff],
      [0, 0, 0],
    ]);
    expect(palette?.[255]).toEqual([0, 0, 0]);
  });
});

test('dense indices follow the order of the list, not the ids', () => {
  expect([...denseIndices(Uint8Array.of(0, 7, 31, 255, 254, 1), CLASSES)]).toEqual([1, 0, 2, 255, 255, 255]);
});

test('a final mask has the labels over the prediction', () => {
  const labels = Uint8Array.of(7, UNLABELED, UNLABELED, 0);
  const classMap = Uint8Array.of(31, 31, PREDICTED_UNLABELED, 0);
  expect([...finalMask(labels, classMap)]).toEqual([7, 31, UNLABELED, 0]);
  expect([...labels]).toEqual([7, UNLABELED, UNLABELED, 0]);
});
