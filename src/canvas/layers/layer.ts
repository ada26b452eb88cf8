import type { Size } from '../view/viewTransform.ts';

/** An empty canvas of a layer, over the whole of its container. */
export function createLayerCanvas(name: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.dataset.layer = name;
  Object.assign(canvas.style, { position: 'absolute', left: '0', top: '0', pointerEvents: 'none' });
  canvas.width = 0;
  canvas.height = 0;
  return canvas;
}

/** A canvas's 2D context; throws in the rare browser state where there is none to be had. */
export function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser gave no 2D canvas to draw the picture on.');
  return context;
}

/** Pixels of a whole canvas as one 32-bit number each, with the `ImageData` that puts any part of them on the canvas. */
export class PixelBuffer {
  readonly image: ImageData;
  readonly pixels: Uint32Array<ArrayBuffer>;

  constructor(width: number, height: number) {
    const pixels = new Uint32Array(width * height);
    this.pixels = pixels;
    this.image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
  }
}

/** A canvas over the whole host at the screen's resolution, drawn on in CSS pixels from the host's corner. */
export class ScreenCanvas {
  readonly element: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #isBlank = true;

  constructor(name: string) {
    this.element = createLayerCanvas(name);
    this.#context = contextOf(this.element);
    Object.assign(this.element.style, { width: '100%', height: '100%' });
  }

  /** The blank canvas to draw on; `viewport` in CSS pixels. */
  begin(viewport: Size, devicePixelRatio: number): CanvasRenderingContext2D {
    this.clear();
    const width = Math.round(viewport.width * devicePixelRatio);
    const height = Math.round(viewport.height * devicePixelRatio);
    if (this.element.width !== width || this.element.height !== height) {
      this.element.width = width;
      this.element.height = height;
    }
    this.#context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    this.#isBlank = false;
    return this.#context;
  }

  clear(): void {
    if (this.#isBlank) return;
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.clearRect(0, 0, this.element.width, this.element.height);
    this.#isBlank = true;
  }
}
