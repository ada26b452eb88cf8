import { describe, expect, it } from 'vitest';
import type { SegmentationClass } from '../../settings/classes.ts';
import { CLASS_COLORS, nextClassColor } from './palette.ts';

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

const times = (m: Matrix, v: Triple) =>
  m.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as unknown as Triple;

// Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency" (2009),
// severity 1, on linear RGB.
const VISIONS: Readonly<Record<string, Matrix>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

// Björn Ottosson, "A perceptual color space for image processing" (2020).
const LMS: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const LAB: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];

function linear(color: string): Triple {
  return [1, 3, 5].map((at) => {
    const s = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  }) as unknown as Triple;
}

function seen(color: string, vision: Matrix): Triple {
  const clipped = times(vision, linear(color)).map((v) => Math.min(1, Math.max(0, v))) as unknown as Triple;
  return times(LAB, times(LMS, clipped).map(Math.cbrt) as unknown as Triple);
}

function closest(colors: readonly string[], vision: Matrix): number {
  const lab = colors.map((color) => seen(color, vision));
  let least = Number.POSITIVE_INFINITY;
  for (const [i, a] of lab.entries()) {
    for (const b of lab.slice(0, i)) least = Math.min(least, Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]));
  }
  return least;
}

describe('CLASS_COLORS', () => {
  it('has 32 different colours as #rrggbb', () => {
    expect(CLASS_COLORS).toHaveLength(32);
    expect(new Set(CLASS_COLORS).size).toBe(32);
    for (const color of CLASS_COLORS) expect(color).toMatch(/^#[0-9a-f]{6}$/);
  });

  it.each(Object.entries(VISIONS))('keeps the first eight apart in %s vision', (_, vision) => {
    expect(closest(CLASS_COLORS.slice(0, 8), vision)).toBeGreaterThan(0.11);
  });

  it('keeps all apart in normal vision', () => {
    expect(closest(CLASS_COLORS, VISIONS.normal as Matrix)).toBeGreaterThan(0.09);
  });
});

describe('nextClassColor', () => {
  const withColors = (colors: readonly string[]): SegmentationClass[] =>
    colors.map((color, id) => ({ id, name: `Class ${id}`, color }));

  it('gives the first colour that is free, however it is spelled', () => {
    expect(nextClassColor([])).toBe(CLASS_COLORS[0]);
    expect(nextClassColor(withColors(['#2458B4', '#123456', '#f5e72a']))).toBe(CLASS_COLORS[1]);
    expect(nextClassColor(withColors(CLASS_COLORS.slice(0, 31)))).toBe(CLASS_COLORS[31]);
  });

  it('repeats the least used when all are taken', () => {
    expect(nextClassColor(withColors([...CLASS_COLORS, CLASS_COLORS[0] as string]))).toBe(CLASS_COLORS[1]);
  });
});
