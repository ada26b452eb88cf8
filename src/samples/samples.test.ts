/// <reference types="node" />
import { readdirSync, readFileSync, statSync } from 'node:fs';
import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { rasteriseCapsule } from '../labels/capsule.ts';
import { UNLABELED } from '../labels/planes.ts';
import { decodeMaskPng } from '../project/masks/maskPng.ts';
import { checkPictureSize, readPictureHeader } from '../project/pictures/pictureHeader.ts';
import { classListSchema } from '../settings/classes.ts';
import type { BuiltInSample, StarterStroke } from './sample.ts';
import { findSample, SAMPLES, scaleStrokes } from './samples.ts';

const PUBLIC = new URL('../../public/', import.meta.url);
const WITH_TRUTH = SAMPLES.flatMap((sample) => (sample.truth === null ? [] : [{ ...sample, truth: sample.truth }]));

function bytesOf(path: string): Uint8Array {
  return readFileSync(new URL(path, PUBLIC));
}

/** Indices of the pixels that a stroke covers. */
function coveredPixels(stroke: StarterStroke, { width, height }: BuiltInSample): Set<number> {
  const covered = new Set<number>();
  const [first] = stroke.points;
  stroke.points.forEach(([toX, toY], i) => {
    const [fromX, fromY] = stroke.points[i - 1] ?? first ?? [toX, toY];
    rasteriseCapsule(fromX, fromY, toX, toY, stroke.radiusPx, width, height, (y, xStart, xEnd) => {
      for (let x = xStart; x < xEnd; x++) covered.add(y * width + x);
    });
  });
  return covered;
}

/** Class id per pixel after all strokes in their order. */
function paint(sample: BuiltInSample): Uint8Array {
  const labels = new Uint8Array(sample.width * sample.height).fill(UNLABELED);
  for (const stroke of sample.strokes) {
    for (const index of coveredPixels(stroke, sample)) labels[index] = stroke.classId;
  }
  return labels;
}

describe('the gallery', () => {
  test('begins with the espresso and has one sample an id', () => {
    expect(SAMPLES[0]?.title).toBe('Espresso');
    expect(new Set(SAMPLES.map(({ id }) => id)).size).toBe(SAMPLES.length);
  });

  test('findSample finds each and nothing else', () => {
    for (const sample of SAMPLES) expect(findSample(sample.id)).toBe(sample);
    expect(findSample('nothing')).toBeUndefined();
  });

  test('shows at least five domains and a hidden truth', () => {
    expect(new Set(SAMPLES.map(({ domain }) => domain)).size).toBeGreaterThanOrEqual(5);
    expect(WITH_TRUTH.length).toBeGreaterThanOrEqual(1);
  });

  test('ships the files that samples name, each with its credit, under 600 KB', () => {
    const shipped = readdirSync(new URL('samples/', PUBLIC)).filter((name) => name !== 'CREDITS.md');
    const named = SAMPLES.flatMap(({ picture, truth }) => (truth === null ? [picture] : [picture, truth]));
    expect(shipped.map((name) => `samples/${name}`).sort()).toEqual(named.toSorted());
    const credits = readFileSync(new URL('samples/CREDITS.md', PUBLIC), 'utf8');
    for (const name of shipped) expect(credits).toContain(`| \`${name}\` |`);
    const sizes = shipped.map((name) => statSync(new URL(`samples/${name}`, PUBLIC)).size);
    expect(Math.max(...sizes)).toBeLessThan(80_000);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(600_000);
  });
});

describe.each(SAMPLES)('$title', (sample) => {
  const labels = paint(sample);

  test('has the size it says', () => {
    const header = readPictureHeader(bytesOf(sample.picture));
    expect(header).toMatchObject({ width: sample.width, height: sample.height });
    expect(() => checkPictureSize(sample.width, sample.height)).not.toThrow();
    expect(Math.max(sample.width, sample.height)).toBeLessThanOrEqual(512);
  });

  test('has valid classes, in words and a blurb of one sentence', () => {
    expect(v.parse(classListSchema, sample.classes)).toEqual(sample.classes);
    expect(new Set(sample.classes.map(({ name }) => name)).size).toBe(sample.classes.length);
    expect(sample.blurb).toMatch(/^[A-Z][^.]+\.$/);
  });

  test('has strokes of every class, inside the picture', () => {
    expect(new Set(sample.strokes.map(({ classId }) => classId))).toEqual(new Set(sample.classes.map(({ id }) => id)));
    for (const { points, radiusPx } of sample.strokes) {
      expect(points.length).toBeGreaterThan(0);
      expect(radiusPx).toBeGreaterThanOrEqual(0.5);
      for (const [x, y] of points) {
        expect(x >= 0 && x <= sample.width && y >= 0 && y <= sample.height, `${x}, ${y}`).toBe(true);
      }
    }
  });

  test('is labeled a little, and no stroke of one class covers another', () => {
    const share = labels.filter((id) => id !== UNLABELED).length / labels.length;
    expect(share).toBeGreaterThan(sample.truth === null ? 0.015 : 0.01);
    expect(share).toBeLessThan(sample.truth === null ? 0.05 : 0.02);
    for (const stroke of sample.strokes) {
      for (const index of coveredPixels(stroke, sample)) expect(labels[index]).toBe(stroke.classId);
    }
  });

  test('keeps its class colours apart for every kind of colour vision', () => {
    for (const [name, matrix] of Object.entries(COLOUR_VISION)) {
      const seen = sample.classes.map(({ color }) => toOklab(multiply(matrix, toLinear(color))));
      seen.forEach((a, i) => {
        seen.slice(i + 1).forEach((b, j) => {
          const pair = `${sample.classes[i]?.name} and ${sample.classes[i + 1 + j]?.name}, ${name}`;
          expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]), pair).toBeGreaterThan(0.15);
        });
      });
    }
  });
});

describe.each(WITH_TRUTH)('the truth of $title', (sample) => {
  const truth = decodeMaskPng(bytesOf(sample.truth));

  test('has the size of the picture and knows the classes', () => {
    expect([truth.width, truth.height]).toEqual([sample.width, sample.height]);
    const ids = new Set(truth.values);
    ids.delete(UNLABELED);
    expect(ids).toEqual(new Set(sample.classes.map(({ id }) => id)));
    expect(truth.values.filter((id) => id === UNLABELED).length / truth.values.length).toBeLessThan(0.05);
  });

  test('agrees with at least 99 % of every stroke', () => {
    for (const stroke of sample.strokes) {
      const covered = [...coveredPixels(stroke, sample)];
      const agreeing = covered.filter((index) => truth.values[index] === stroke.classId);
      expect(agreeing.length / covered.length, JSON.stringify(stroke)).toBeGreaterThanOrEqual(0.99);
    }
  });
});

describe('scaleStrokes', () => {
  const strokes: readonly StarterStroke[] = [{ classId: 3, radiusPx: 2, points: [[10, 20], [30, 40]] }]; // biome-ignore format: one line

  test('scales points and radius', () => {
    expect(scaleStrokes(strokes, 2)).toEqual([{ classId: 3, radiusPx: 4, points: [[20, 40], [60, 80]] }]); // biome-ignore format: one line
  });

  test('keeps the radius at half a pixel or more', () => {
    expect(scaleStrokes(strokes, 0.125)[0]?.radiusPx).toBe(0.5);
  });

  test('there and back is where it was', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.5, max: 4, noNaN: true }), (factor) => {
        const [there] = scaleStrokes(scaleStrokes(strokes, factor), 1 / factor);
        there?.points.flat().forEach((coordinate, i) => {
          expect(coordinate).toBeCloseTo(strokes[0]?.points.flat()[i] ?? Number.NaN, 9);
        });
        expect(there?.radiusPx).toBeCloseTo(2, 9);
      }),
    );
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the factor %d', (factor) => {
    expect(() => scaleStrokes(strokes, factor)).toThrow(RangeError);
  });
});

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

/** Full colour-vision deficiencies on linear sRGB: Machado, Oliveira and Fernandes (2009), table 1, severity 1. */
const COLOUR_VISION: Readonly<Record<string, Matrix>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function multiply(matrix: Matrix, [x, y, z]: Triple): Triple {
  const [r, g, b] = matrix.map(([a, c, d]) => a * x + c * y + d * z);
  return [r ?? 0, g ?? 0, b ?? 0];
}

function toLinear(color: string): Triple {
  const channel = (start: number) => {
    const value = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** Linear sRGB, clipped to what a screen shows, to OKLab: Ottosson (2020). */
function toOklab([r, g, b]: Triple): Triple {
  const clip = (value: number) => Math.min(1, Math.max(0, value));
  const cones = multiply(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    [clip(r), clip(g), clip(b)],
  );
  return multiply(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    [Math.cbrt(cones[0]), Math.cbrt(cones[1]), Math.cbrt(cones[2])],
  );
}
