import type { Page } from '@playwright/test';
import type { PageDriver, Point } from './pageDriver.ts';
import { animateWebp, type WebpFrame } from './tools/animatedWebp.ts';

/** Films the page, picture by picture, and makes one moving picture of them. */
export class Film {
  readonly #page: Page;
  readonly #frames: { readonly png: Buffer; readonly durationMs: number }[] = [];

  constructor(page: Page) {
    this.#page = page;
  }

  /** Takes the page as it is; it will be shown for so long. */
  async take(durationMs: number): Promise<void> {
    this.#frames.push({ png: await this.#page.screenshot(), durationMs });
  }

  /** Paints a stroke as {@link PageDriver.paint} does and takes the page halfway and at its end. */
  async paint(driver: PageDriver, points: readonly Point[], durationMs: number): Promise<void> {
    const [first, ...rest] = await driver.screenPoints(points);
    if (first === undefined) return;
    await this.#page.mouse.move(first.x, first.y);
    await this.#page.mouse.down();
    for (const [i, { x, y }] of rest.entries()) {
      await this.#page.mouse.move(x, y, { steps: 6 });
      if (i === Math.floor((rest.length - 1) / 2) && rest.length > 1) await this.take(durationMs);
    }
    await this.#page.mouse.up();
    await this.take(durationMs);
  }

  get frameCount(): number {
    return this.#frames.length;
  }

  /** All that was taken as an animated WebP, `width` wide; the page's browser encodes. */
  async develop(width: number, quality: number): Promise<Buffer> {
    const { width: fullWidth, height: fullHeight } = this.#page.viewportSize() ?? { width, height: width };
    const height = Math.round((width * fullHeight) / fullWidth);
    const frames: WebpFrame[] = [];
    for (const { png, durationMs } of this.#frames) {
      const webp = await this.#page.evaluate(encodeWebp, { png: png.toString('base64'), width, height, quality });
      frames.push({ webp: Uint8Array.from(webp), durationMs });
    }
    return animateWebp(frames, width, height);
  }
}

/** In the page: a PNG, in base 64, made smaller, as the bytes of a lossy WebP. */
async function encodeWebp(picture: {
  readonly png: string;
  readonly width: number;
  readonly height: number;
  readonly quality: number;
}): Promise<number[]> {
  const { png, width, height, quality } = picture;
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes]));
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('No 2D context.');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  const webp = await canvas.convertToBlob({ type: 'image/webp', quality });
  return [...new Uint8Array(await webp.arrayBuffer())];
}

/** How many frames an image has by the browser's own decoder, and for how long the first is shown. */
export function decodedFrames(page: Page, bytes: Buffer): Promise<{ count: number; firstMs: number; width: number }> {
  return page.evaluate(async (text) => {
    const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const decoder = new ImageDecoder({ data, type: 'image/webp' });
    await decoder.tracks.ready;
    const { image } = await decoder.decode({ frameIndex: 0 });
    const count = decoder.tracks.selectedTrack?.frameCount ?? 0;
    // Every frame can be read, not the first alone.
    for (let frameIndex = 1; frameIndex < count; frameIndex++) (await decoder.decode({ frameIndex })).image.close();
    const found = { count, firstMs: (image.duration ?? 0) / 1000, width: image.displayWidth };
    image.close();
    return found;
  }, bytes.toString('base64'));
}
