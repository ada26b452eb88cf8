import { Canvas, Image, ImageData } from '@napi-rs/canvas';

/** What the page asks of a canvas off the screen, and of a bitmap, beyond what Node's canvas can do. */
interface BrowserCanvas {
  /** A copy, after which the canvas is empty. */
  transferToImageBitmap(): Canvas;
  /** Gives a bitmap's memory back: nothing can be drawn of it afterwards. */
  close(): void;
}

const CANVASES = new WeakSet<object>();

/** A canvas as a browser's worker has it: `new OffscreenCanvas(width, height)`. */
class OffscreenCanvasInNode {
  constructor(width: number, height: number) {
    // biome-ignore lint/correctness/noConstructorReturn: the package's own class does so, and cannot be extended.
    return canvasOf(width, height);
  }
}

function canvasOf(width: number, height: number): Canvas & BrowserCanvas {
  const canvas = new Canvas(width, height);
  CANVASES.add(canvas);
  return Object.assign(canvas, {
    transferToImageBitmap() {
      const bitmap = copyOf(canvas, canvas.width, canvas.height);
      canvas.getContext('2d').clearRect(0, 0, canvas.width, canvas.height);
      return bitmap;
    },
    close() {
      canvas.width = 0;
      canvas.height = 0;
    },
  });
}

function copyOf(source: Canvas | Image, width: number, height: number): Canvas & BrowserCanvas {
  const copy = canvasOf(width, height);
  const context = copy.getContext('2d');
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  context.drawImage(source, 0, 0, width, height);
  return copy;
}

async function sourceOf(from: Blob | ImageData | Canvas): Promise<Canvas | Image> {
  if (from instanceof Blob) {
    const image = new Image();
    image.src = new Uint8Array(await from.arrayBuffer());
    await image.decode();
    return image;
  }
  if (!(from instanceof ImageData)) return from;
  const canvas = canvasOf(from.width, from.height);
  canvas.getContext('2d').putImageData(from, 0, 0);
  return canvas;
}

async function createImageBitmap(
  from: Blob | ImageData | Canvas,
  { resizeWidth, resizeHeight }: ImageBitmapOptions = {},
): Promise<Canvas & BrowserCanvas> {
  const source = await sourceOf(from);
  return copyOf(source, resizeWidth ?? source.width, resizeHeight ?? source.height);
}

/** Whether something is a bitmap, which is handed to another thread as it is. */
export function isBitmap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && CANVASES.has(value);
}

/** Gives Node the canvases off the screen and the bitmaps of a browser's worker, drawn by Skia as Chromium's are. */
export function installCanvas(): void {
  Object.assign(globalThis, { OffscreenCanvas: OffscreenCanvasInNode, ImageData, createImageBitmap });
}
