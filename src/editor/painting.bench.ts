import { expect, test } from 'vitest';
import { floodFill } from '../labels/connectedRegion.ts';
import { encodePatch } from '../labels/patchCodec.ts';
import { createPlanes } from '../labels/planes.ts';
import { polygonRegion } from '../labels/polygon.ts';
import { ProjectDocument } from './projectDocument.ts';
import { slic } from './superpixels/slic.ts';

const SIDE_PX = 1024;
const STROKES = 1000;
const SEGMENTS = 12;
const BRUSH_RADIUS_PX = 64;

/** Numbers in [0, 1), the same in every run: a linear congruential generator. */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Smooth light with noise over it, as in a photograph. */
function photograph(): Uint8Array {
  const random = uniform(7);
  const pixels = new Uint8Array(4 * SIDE_PX * SIDE_PX);
  for (let i = 0; i < SIDE_PX * SIDE_PX; i++) {
    const x = i % SIDE_PX;
    const y = Math.floor(i / SIDE_PX);
    const light = 128 + 60 * Math.sin(x / 90) + 50 * Math.cos(y / 70) + 12 * (random() - 0.5);
    pixels.set([light, 255 - light, 0.6 * light, 255], 4 * i);
  }
  return pixels;
}

function timed(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function medianOf(count: number, run: () => void): number {
  const times = Array.from({ length: count }, () => timed(run)).sort((a, b) => a - b);
  return times[count >> 1] ?? Number.NaN;
}

test('painting a picture of 1024²', () => {
  const document = new ProjectDocument({
    classes: [
      { id: 0, name: 'Ground', color: '#2458b4' },
      { id: 1, name: 'Thing', color: '#f03c14' },
    ],
    pictures: [{ id: 'a', name: 'A', width: SIDE_PX, height: SIDE_PX }],
  });
  const picture = document.picture('a');
  const random = uniform(1);
  const within = () => random() * SIDE_PX;
  let slowestMoveMs = 0;
  let patchBytes = 0;
  document.subscribe((change) => {
    if (change.type === 'patch') patchBytes += encodePatch(change.patch).byteLength;
  });
  const paintMs = timed(() => {
    for (let stroke = 0; stroke < STROKES; stroke++) {
      const gesture = picture.beginStroke(stroke % 2, { name: 'Brush' });
      let [x, y] = [within(), within()];
      for (let segment = 0; segment < SEGMENTS; segment++) {
        const [toX, toY] = [x + 40 * (random() - 0.5), y + 40 * (random() - 0.5)];
        slowestMoveMs = Math.max(
          slowestMoveMs,
          timed(() => gesture.paint(x, y, toX, toY, 10)),
        );
        [x, y] = [toX, toY];
      }
      gesture.commit();
    }
  });
  const patchBytesPerStroke = patchBytes / STROKES;
  const painted = picture.planes.classIds.slice();
  const undoMs = timed(() => {
    while (document.undo() !== null);
  });
  expect(picture.planes).toEqual(createPlanes(SIDE_PX, SIDE_PX));
  const redoMs = timed(() => {
    while (document.redo() !== null);
  });
  expect(picture.planes.classIds).toEqual(painted);
  const wide = picture.beginStroke(1, { name: 'Brush' });
  const wideDabMs = medianOf(101, () => wide.paint(within(), within(), within(), within(), BRUSH_RADIUS_PX));
  wide.cancel();
  const pixels = photograph();
  const lasso = Array.from({ length: 2000 }, (_, i) => {
    const reach = 350 + 100 * Math.sin(i / 5);
    return [512 + reach * Math.cos(i / 318), 512 + reach * Math.sin(i / 318)] as const;
  });
  console.table({
    '1,000 strokes of 20 px, painted, ms': paintMs.toFixed(0),
    'slowest move of a stroke, ms': slowestMoveMs.toFixed(2),
    'a patch, bytes': patchBytesPerStroke.toFixed(0),
    'undo of all of them, ms': undoMs.toFixed(0),
    'redo of all of them, ms': redoMs.toFixed(0),
    'a sweep of a 128-px brush across the picture, ms': wideDabMs.toFixed(2),
    'flood fill, ms': medianOf(11, () => floodFill(pixels, SIDE_PX, SIDE_PX, 512, 512, 60)).toFixed(1),
    'lasso of 2,000 points, ms': medianOf(11, () => polygonRegion(lasso, SIDE_PX, SIDE_PX)).toFixed(1),
    'superpixels (in a worker), ms': medianOf(3, () => slic(pixels, SIDE_PX, SIDE_PX, {})).toFixed(0),
  });
});
