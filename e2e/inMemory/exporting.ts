import { decode } from 'fast-png';
import { unzipSync } from 'fflate';
import { UNLABELED } from '../../src/labels/planes.ts';
import type { ExportOrder } from '../../src/workbench/sharing/exportActions.ts';
import type { TestWorkbench } from './testWorkbench.ts';

/** An export as the dialog begins with it, of all pictures. */
const FIRST_ORDER: Omit<ExportOrder, 'what'> = {
  scope: 'all',
  size: 'original',
  cleanUp: null,
  opacity: 0.5,
  layout: 'mmsegmentation',
  annotations: 'labels',
};

/** An order of this kind, as the dialog gives it where nothing else is chosen. */
export const orderOf = (what: ExportOrder['what'], choices: Partial<ExportOrder> = {}): ExportOrder => ({
  ...FIRST_ORDER,
  what,
  ...choices,
});

/** Exports, and returns the file that was handed over. */
export async function exported(
  page: TestWorkbench,
  what: ExportOrder['what'],
  choices: Partial<ExportOrder> = {},
): Promise<{ readonly name: string; readonly bytes: Uint8Array }> {
  const former = page.downloads.length;
  await page.workbench.exports.start(orderOf(what, choices));
  const [download, ...others] = page.downloads.slice(former);
  if (download === undefined || others.length > 0) throw new Error('An export is one file.');
  return { name: download.name, bytes: new Uint8Array(await download.file.arrayBuffer()) };
}

/** The values of a palette PNG, as another program reads them. */
export function maskOf(bytes: Uint8Array) {
  const { width, height, data, palette } = decode(bytes);
  if (palette === undefined) throw new Error('A mask has a palette.');
  return { width, height, values: [...data], palette };
}

/** The RGB bytes of a PNG without its opacity, and whether all of it is opaque. */
export function rgbOf(bytes: Uint8Array) {
  const { width, height, data, channels } = decode(bytes);
  const pixels = Array.from({ length: width * height }, (_, i) => [...data.subarray(channels * i, channels * (i + 1))]);
  const isOpaque = pixels.every((pixel) => (pixel[3] ?? 255) === 255);
  return { width, height, isOpaque, rgb: pixels.flatMap((pixel) => pixel.slice(0, 3)) };
}

export const entriesOf = ({ bytes }: { readonly bytes: Uint8Array }): Record<string, Uint8Array> => unzipSync(bytes);

/** Class ids as a mask has them: places in the class list. */
export function dense(page: TestWorkbench, classIds: ArrayLike<number>): number[] {
  const ids = page.state.document.classes.map(({ id }) => id);
  return Array.from(classIds, (id) => (ids.includes(id) ? ids.indexOf(id) : UNLABELED));
}

/** The 4-connected regions of a mask. */
export function regionsOf(values: readonly number[], width: number) {
  const height = values.length / width;
  const seen = new Set<number>();
  return values.flatMap((value, start) => {
    if (seen.has(start)) return [];
    const pixels = [start];
    const around = new Set<number>();
    let isAtEdge = false;
    seen.add(start);
    // Grows while it is walked through.
    for (const pixel of pixels) {
      const [x, y] = [pixel % width, Math.floor(pixel / width)];
      isAtEdge ||= x === 0 || y === 0 || x === width - 1 || y === height - 1;
      for (const [nextX, nextY] of [
        [x - 1, y],
        [x + 1, y],
        [x, y - 1],
        [x, y + 1],
      ] as const) {
        if (nextX < 0 || nextY < 0 || nextX >= width || nextY >= height) continue;
        const next = nextY * width + nextX;
        if (values[next] !== value) around.add(values[next] ?? UNLABELED);
        else if (!seen.has(next)) {
          seen.add(next);
          pixels.push(next);
        }
      }
    }
    return [{ pixels, around, isAtEdge }];
  });
}
