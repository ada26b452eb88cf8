import { PREDICTED_UNLABELED, UNLABELED } from '../../labels/planes.ts';
import { type ColorTable, lighterColors, mixColors, parseColor } from './classColors.ts';
import type { ContourTones } from './contourTones.ts';
import { hatchColor } from './hatch.ts';

/** A full-picture prediction. */
export interface PredictionMap {
  /** `[H·W]`: class id per pixel, or {@link PREDICTED_UNLABELED}. */
  readonly classMap: Uint8Array;
  /** `[H·W]`: probability of that class, 0–255. */
  readonly confidence: Uint8Array;
  /** `[H·W]`: what that is above the next class's, 0–255. */
  readonly margin: Uint8Array;
}

const RGB = 0x00ffffff;
const EDGE_WHITE_SHARE = 0.5;

// Fills of a sure prediction; an unsure one (the smaller number) lets more of the photograph through.
const FILL_ALPHA = { unsure: 60, sure: 165 } as const;
const EDGE_ALPHA = { unsure: 170, sure: 255 } as const;

function alphaByConfidence({ unsure, sure }: { readonly unsure: number; readonly sure: number }): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, c) => Math.round(unsure + ((sure - unsure) * c) / 255) << 24);
}

const FILL = alphaByConfidence(FILL_ALPHA);
const EDGE = alphaByConfidence(EDGE_ALPHA);

/**
 * Writes a prediction as canvas pixels: translucent fills, stronger where the network is sure, and each region's rim
 * stronger still and lighter, so that a class shows on a thing of its own colour. "Predicted unlabeled" is hatched.
 * `pixels`, `classMap` and `confidence` are `[H·W]`; `colors` come from `createColorTable`.
 */
export function drawPredictionPixels(
  pixels: Uint32Array,
  { classMap, confidence }: PredictionMap,
  width: number,
  height: number,
  colors: ColorTable,
): void {
  const edgeColors = lighterColors(colors, EDGE_WHITE_SHARE);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const id = classMap[i] ?? 0;
      const isEdge = touchesAnother(classMap, i, x, y, width, height);
      const alpha = (isEdge ? EDGE : FILL)[confidence[i] ?? 0] ?? 0;
      if (id === PREDICTED_UNLABELED) {
        pixels[i] = hatchColor(x, y) | alpha;
        continue;
      }
      const color = (isEdge ? edgeColors : colors)[id] ?? 0;
      // A class that was removed since has no colour; its pixels show the photograph.
      pixels[i] = color === 0 ? 0 : (color & RGB) | alpha;
    }
  }
}

/**
 * Writes a prediction as contours: the pixels on both sides of a boundary, each in its class's colour, the brighter
 * class in its light tone and the other in its dark one; a line of two tones shows on a thing of the class's own colour.
 * Everything else is transparent.
 *
 * Beside a class without a colour, its neighbour draws the dark side too. "Predicted unlabeled" is dashed. Unsure pixels
 * are fainter. `pixels`, `classMap` and `confidence` are `[H·W]`.
 */
export function drawContourPixels(
  pixels: Uint32Array,
  { classMap, confidence }: PredictionMap,
  width: number,
  height: number,
  tones: ContourTones,
): void {
  for (let y = 0, i = 0; y < height; y++) {
    // At the picture's own edge a region does not end.
    const up = y > 0 ? -width : 0;
    const down = y < height - 1 ? width : 0;
    for (let x = 0; x < width; x++, i++) {
      const left = x > 0 ? i - 1 : i;
      const right = x < width - 1 ? i + 1 : i;
      const id = classMap[i] ?? 0;
      const rivalId = strongestRival(classMap, tones.rank, id, left, right, i + up, i + down);
      const color = rivalId === id ? 0 : contourColor(tones, id, rivalId, hatchColor(x, y));
      pixels[i] = color === 0 ? 0 : (color & RGB) | (EDGE[confidence[i] ?? 0] ?? 0);
    }
  }
}

/** Of the other classes that a pixel touches, the one of the highest rank; its own where it touches none. */
function strongestRival(
  classMap: Uint8Array,
  rank: Uint8Array,
  id: number,
  a: number,
  b: number,
  c: number,
  d: number,
): number {
  if (classMap[a] === id && classMap[b] === id && classMap[c] === id && classMap[d] === id) return id;
  let strongestId = id;
  for (const i of [a, b, c, d]) {
    const otherId = classMap[i] ?? 0;
    if (otherId !== id && (strongestId === id || (rank[otherId] ?? 0) > (rank[strongestId] ?? 0))) {
      strongestId = otherId;
    }
  }
  return strongestId;
}

/** From almost sure to undecided: dark, then bright; no class's colour, for it says nothing of the class. */
const DOUBT_RAMP = ['#2b0a5c', '#a4237a', '#f2703c', '#ffe56b'].map(parseColor);
const MAX_DOUBT_ALPHA = 235;

/** Colour per margin, 0–255: nothing where the network is sure. */
const DOUBT_COLORS = Uint32Array.from({ length: 256 }, (_, margin) => {
  const doubt = 1 - margin / 255;
  const at = doubt * (DOUBT_RAMP.length - 1);
  const from = Math.min(DOUBT_RAMP.length - 2, Math.floor(at));
  const color = mixColors(DOUBT_RAMP[from] as number, DOUBT_RAMP[from + 1] as number, at - from);
  // Small doubts are everywhere: they only tint.
  return ((Math.round(MAX_DOUBT_ALPHA * Math.sqrt(doubt)) << 24) | (color & RGB)) >>> 0;
});

/**
 * Writes how unsure the network is, as a heat map: one minus the margin between its two likeliest classes, transparent
 * where it is sure. `pixels` and `margin` are `[H·W]`.
 */
export function drawDoubtPixels(pixels: Uint32Array, { margin }: PredictionMap): void {
  for (let i = 0; i < pixels.length; i++) pixels[i] = DOUBT_COLORS[margin[i] ?? 0] ?? 0;
}

/** Of what is wrong: no class of the page's palette has it at this strength, and it is bright on dark and on light. */
const MISTAKE = (0xf2_00_00_00 | parseColor('#ff1f7a')) >>> 0;

/**
 * Writes where a prediction differs from the exact mask, in one colour; all else is transparent, also where either of
 * the two says nothing (UNLABELED). `pixels`, `classMap` and `truth` are `[H·W]`.
 */
export function drawMistakePixels(pixels: Uint32Array, { classMap }: PredictionMap, truth: Uint8Array): void {
  for (let i = 0; i < pixels.length; i++) {
    const saysBoth = truth[i] !== UNLABELED && classMap[i] !== UNLABELED;
    pixels[i] = saysBoth && truth[i] !== classMap[i] ? MISTAKE : 0;
  }
}

/** Colour of a boundary's pixel of class `id`, beside class `rivalId`. */
function contourColor({ light, dark, rank }: ContourTones, id: number, rivalId: number, hatch: number): number {
  if (id === PREDICTED_UNLABELED) return hatch;
  if (rank[id] === 0) return dark[rivalId] ?? 0;
  return ((rank[id] ?? 0) >= (rank[rivalId] ?? 0) ? light : dark)[id] ?? 0;
}

/** Whether one of a pixel's four neighbours is of another class. */
function touchesAnother(classMap: Uint8Array, i: number, x: number, y: number, width: number, height: number): boolean {
  const id = classMap[i];
  return (
    (x > 0 && classMap[i - 1] !== id) ||
    (x < width - 1 && classMap[i + 1] !== id) ||
    (y > 0 && classMap[i - width] !== id) ||
    (y < height - 1 && classMap[i + width] !== id)
  );
}
