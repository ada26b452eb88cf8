import type { Page } from '@playwright/test';
import type { NamedFile } from './pageDriver.ts';
import { encodePng } from './png.ts';

/** Four quarters: two reds that are nearly the same, a green, a blue. As large as the tests' working size. */
export const QUARTERS = {
  width: 64,
  height: 48,
  /** Euclidean distance of the two reds, of at most 255·√3. */
  redDistance: 20,
  isTop: (index: number) => index < 64 * 24,
  isLeft: (index: number) => index % 64 < 32,
} as const;

const QUARTER_COLORS = [
  [200, 40, 40],
  [40, 200, 40],
  [200, 60, 40],
  [40, 40, 200],
] as const;

/** The picture {@link QUARTERS} as a file. */
export function quartersFile(name = 'quarters.png'): NamedFile {
  const bytes = encodePng(
    QUARTERS.width,
    QUARTERS.height,
    (x, y) => QUARTER_COLORS[(y < QUARTERS.height / 2 ? 0 : 2) + (x < QUARTERS.width / 2 ? 0 : 1)] ?? [],
  );
  return { name, type: 'image/png', bytes };
}

/** A picture of one colour, which its name's number sets apart from others. */
export function plainFile(number: number, side = 48): NamedFile {
  const bytes = encodePng(side, side, (x, y) => [(37 * number) % 256, (4 * x) % 256, (4 * y) % 256]);
  return { name: `plain ${number}.png`, type: 'image/png', bytes };
}

/** The picture of four quarters as a camera held upright writes it: a JPEG that is to be turned by 90° clockwise. */
export async function turnedJpeg(page: Page): Promise<NamedFile> {
  const { bytes } = quartersFile();
  const jpeg = Buffer.from(
    await page.evaluate(
      async (png) => {
        const bitmap = await createImageBitmap(new Blob([new Uint8Array(png)]));
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
        const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 1 });
        return [...new Uint8Array(await blob.arrayBuffer())];
      },
      [...bytes],
    ),
  );
  // EXIF 2.32: after the start of the image, an APP1 segment with a directory of one field, 0x0112, a SHORT.
  const exif = Buffer.from('ffe100224578696600004d4d002a00000008000101120003000000010006000000000000', 'hex');
  return {
    name: 'phone.jpg',
    type: 'image/jpeg',
    bytes: Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]),
  };
}
