import { readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { rasteriseCapsule } from '../labels/capsule.ts';
import { createPlanes } from '../labels/planes.ts';
import { decodeMaskPng, resizeMask } from '../project/masks/maskPng.ts';
import { workingSize } from '../project/pictures/pictureHeader.ts';
import type { BuiltInSample } from '../samples/sample.ts';
import { SAMPLES, scaleStrokes } from '../samples/samples.ts';
import type { EvaluationPicture } from './evaluationPicture.ts';
import type { LoadedSet } from './qualityTask.ts';

/** The pictures that ship with an exact mask (all, or those that `ids` names), with their starter strokes, each a set of its own. */
export async function builtInSets(
  publicFolder: string,
  sizePx: number,
  ids: readonly string[] | null,
): Promise<LoadedSet[]> {
  const executablePath = process.env['CHROME_PATH'];
  // Node has no decoder for WebP.
  const browser = await chromium.launch({ args: ['--no-sandbox'], ...(executablePath ? { executablePath } : {}) });
  try {
    const page = await browser.newPage();
    const sets: LoadedSet[] = [];
    for (const sample of SAMPLES) {
      if (sample.truth === null || ids?.includes(sample.id) === false) continue;
      const size = workingSize(sample.width, sample.height, sizePx);
      const file = readFileSync(path.join(publicFolder, sample.picture)).toString('base64');
      const decoded = await page.evaluate(
        async ({ base64, width, height }) => {
          const blob = await (await fetch(`data:image/webp;base64,${base64}`)).blob();
          const options = { resizeWidth: width, resizeHeight: height, resizeQuality: 'high' } as const;
          const bitmap = await createImageBitmap(blob, options);
          const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
          if (context === null) throw new Error('The browser gives no canvas.');
          context.drawImage(bitmap, 0, 0);
          return [...context.getImageData(0, 0, width, height).data];
        },
        { base64: file, width: size.width, height: size.height },
      );
      const picture = evaluationPicture(sample, sample.truth, publicFolder, size, Uint8Array.from(decoded));
      sets.push({ name: sample.id, pictures: [{ split: 'single', picture }] });
    }
    return sets;
  } finally {
    await browser.close();
  }
}

function evaluationPicture(
  sample: BuiltInSample,
  truthPath: string,
  publicFolder: string,
  { width, height, scale }: { readonly width: number; readonly height: number; readonly scale: number },
  pixels: Uint8Array<ArrayBuffer>,
): EvaluationPicture {
  const strokes = createPlanes(width, height);
  scaleStrokes(sample.strokes, scale).forEach(({ classId, radiusPx, points }, stroke) => {
    points.forEach(([toX, toY], i) => {
      const [fromX, fromY] = points[Math.max(0, i - 1)] ?? [toX, toY];
      rasteriseCapsule(fromX, fromY, toX, toY, radiusPx, width, height, (y, xStart, xEnd) => {
        strokes.classIds.fill(classId, y * width + xStart, y * width + xEnd);
        strokes.strokeIds.fill(1 + stroke, y * width + xStart, y * width + xEnd);
      });
    });
  });
  const mask = decodeMaskPng(readFileSync(path.join(publicFolder, truthPath)));
  return {
    id: sample.id,
    width,
    height,
    pixels,
    strokes,
    truth: resizeMask(mask, width, height).values,
  };
}
