import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UNLABELED } from '../labels/planes.ts';
import { encodeIndexedPng, encodeRgbPng } from '../project/formats/pngWriter.ts';
import { decodePicture, parseEvaluationManifest } from './evaluationData.ts';

const MANIFEST = {
  em: { domain: 'microscopy', classes: ['cell', 'membrane'], split: { '00': 'train', '02': 'test' } },
};
const GREY = (index: number) => [index, index, index] as const;

const rgb = encodeRgbPng(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12), 2, 2);
const mask = encodeIndexedPng(Uint8Array.of(0, 1, 1, 255), 2, 2, GREY);
const scribbles = encodeIndexedPng(Uint8Array.of(0, 255, 255, 1), 2, 2, GREY);

describe('the manifest', () => {
  test('names sets and the part of each picture', () => {
    expect(parseEvaluationManifest(JSON.stringify(MANIFEST))).toEqual([
      {
        name: 'em',
        pictures: expect.arrayContaining([
          { id: '00', split: 'train' },
          { id: '02', split: 'test' },
        ]),
      },
    ]);
  });

  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['an unknown part', JSON.stringify({ em: { ...MANIFEST.em, split: { '00': 'held' } } })],
    ['a path for a name', JSON.stringify({ em: { ...MANIFEST.em, split: { '../x': 'test' } } })],
    ['one class', JSON.stringify({ em: { ...MANIFEST.em, classes: ['cell'] } })],
  ])('%s is refused in a sentence', (_, text) => {
    expect(() => parseEvaluationManifest(text)).toThrow(/^The manifest .*\.$/s);
  });
});

describe('a picture', () => {
  test('has opaque pixels, strokes and truth, 255 in both where nothing is known', () => {
    const picture = decodePicture('a', { image: rgb, mask, scribbles });
    expect([...picture.pixels]).toEqual([1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255]);
    expect([...picture.truth]).toEqual([0, 1, 1, UNLABELED]);
    expect([...picture.strokes.classIds]).toEqual([0, UNLABELED, UNLABELED, 1]);
    expect([...picture.strokes.strokeIds]).toEqual([1, 0, 0, 2]);
  });

  test('of parts that differ in size is refused', () => {
    const small = encodeIndexedPng(Uint8Array.of(0, 1), 2, 1, GREY);
    expect(() => decodePicture('a', { image: rgb, mask: small, scribbles })).toThrow('of another size');
    expect(() => decodePicture('a', { image: rgb, mask, scribbles: small })).toThrow('of another size');
  });

  test('whose bytes are cut or changed is read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.nat(rgb.length - 1), fc.nat(255), fc.boolean(), (at, byte, isCut) => {
        const image = isCut ? rgb.slice(0, at) : rgb.map((old, i) => (i === at ? byte : old));
        try {
          expect(decodePicture('a', { image, mask, scribbles }).pixels).toHaveLength(16);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
          expect((error as Error).message).toMatch(/\.$/);
        }
      }),
    );
  });
});
