import { expect, type Locator, type Page } from '@playwright/test';

interface Planes {
  readonly width: number;
  readonly height: number;
  readonly classIds: number[];
  readonly strokeIds: number[];
}

interface Status {
  readonly phase: 'loading' | 'ready' | 'compiling' | 'training' | 'paused' | 'finished';
  readonly step: number;
  readonly stepBudget: number;
  readonly backend: string | null;
  readonly maskedAccuracy: number | null;
  readonly trueAccuracy: number | null;
  readonly labeledPixels: number;
  /** Of the newest step. */
  readonly loss: number | null;
}

interface PredictionMap {
  readonly step: number;
  readonly width: number;
  readonly height: number;
  readonly classMap: Uint8Array;
}

declare global {
  interface Window {
    /** The page's scripting object. */
    unlabeled: {
      getLabels(): { width: number; height: number; classIds: Uint8Array; strokeIds: Uint16Array };
      getPrediction(): PredictionMap | null;
      getStatus(): Status;
    };
  }
}

const UNLABELED = 255;

type Layer = 'image' | 'prediction' | 'labels' | 'cursor';
/** In pixels of the opened picture. */
type Point = readonly [imageX: number, imageY: number];

/** What the smallest, quickest training needs. */
export const TINY = { size: '64', network: 'unet-8-2-1' } as const;

/** Drives the page as a person does, and reads its planes and status through its scripting object. */
export class PageDriver {
  readonly page: Page;
  readonly #siteUrl: string;

  constructor(page: Page, siteUrl: string) {
    this.page = page;
    this.#siteUrl = siteUrl;
  }

  async goTo(parameters: Readonly<Record<string, string>>): Promise<void> {
    await this.page.goto(`${this.#siteUrl}?${new URLSearchParams(parameters)}`);
  }

  /** Opens the page and waits until its picture can be painted and trained. */
  async open(parameters: Readonly<Record<string, string>>): Promise<void> {
    await this.goTo(parameters);
    await this.until(({ phase }) => phase !== 'loading', 20_000);
  }

  status(): Promise<Status> {
    return this.page.evaluate(() => window.unlabeled.getStatus());
  }

  /** Waits for a status. Rejects with the last one seen. */
  async until(isReached: (status: Status) => boolean, timeoutMs = 40_000): Promise<Status> {
    let last: Status | null = null;
    await expect
      .poll(
        async () => {
          last = await this.page.evaluate(() => window.unlabeled?.getStatus() ?? null);
          return last !== null && isReached(last) ? 'reached' : JSON.stringify(last);
        },
        { timeout: timeoutMs, intervals: [50] },
      )
      .toBe('reached');
    if (last === null) throw new Error('The page has no status.');
    return last;
  }

  labels(): Promise<Planes> {
    return this.page.evaluate(() => {
      const { width, height, classIds, strokeIds } = window.unlabeled.getLabels();
      return { width, height, classIds: [...classIds], strokeIds: [...strokeIds] };
    });
  }

  /** The newest prediction's step and classes, row-major. */
  prediction(): Promise<{ step: number; classMap: number[] } | null> {
    return this.page.evaluate(() => {
      const prediction = window.unlabeled.getPrediction();
      return prediction && { step: prediction.step, classMap: [...prediction.classMap] };
    });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  layer(name: Layer): Locator {
    return this.page.locator(`canvas[data-layer="${name}"]`);
  }

  /** RGBA bytes of a layer, row-major. */
  layerPixels(name: Layer): Promise<number[]> {
    return this.layer(name).evaluate((canvas) => {
      if (!(canvas instanceof HTMLCanvasElement)) throw new Error('A layer is a canvas.');
      const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d');
      if (copy === null) throw new Error('No 2D context.');
      copy.drawImage(canvas, 0, 0);
      return [...copy.getImageData(0, 0, canvas.width, canvas.height).data];
    });
  }

  /** Where picture pixels lie on the screen. */
  async screenPoints(points: readonly Point[]): Promise<{ x: number; y: number }[]> {
    const box = await this.layer('labels').boundingBox();
    const { width, height } = await this.page.evaluate(() => window.unlabeled.getLabels());
    if (box === null) throw new Error('The labels layer is not on the screen.');
    return points.map(([imageX, imageY]) => ({
      x: box.x + ((imageX + 0.5) * box.width) / width,
      y: box.y + ((imageY + 0.5) * box.height) / height,
    }));
  }

  /** One stroke with the mouse along a polyline. */
  async paint(points: readonly Point[], stepsPerSegment = 6): Promise<void> {
    const [first, ...rest] = await this.screenPoints(points);
    if (first === undefined) return;
    await this.page.mouse.move(first.x, first.y);
    await this.page.mouse.down();
    for (const { x, y } of rest) await this.page.mouse.move(x, y, { steps: stepsPerSegment });
    await this.page.mouse.up();
  }

  /** Sets the brush by its slider, which is logarithmic: 0 is 1 px, 1 is 128 px. */
  async setBrush(diameterPx: number): Promise<void> {
    const slider = this.page.getByRole('slider', { name: /^Size/ });
    await slider.fill(String(Math.round((Math.log(diameterPx) / Math.log(128)) * 200) / 200));
    await expect(slider).toHaveAttribute('aria-valuetext', `${diameterPx} px`);
  }

  async clearAllLabels(): Promise<void> {
    await this.button('Strokes').click();
    await this.button('Clear all labels').click();
    await this.until(({ labeledPixels }) => labeledPixels === 0);
  }

  /** Drops files onto the picture, as from the desktop. */
  async drop(files: readonly { readonly name: string; readonly type: string; readonly bytes: Uint8Array }[]) {
    const plain = files.map(({ name, type, bytes }) => ({ name, type, bytes: [...bytes] }));
    const transfer = await this.page.evaluateHandle((given) => {
      const data = new DataTransfer();
      for (const { name, type, bytes } of given) data.items.add(new File([new Uint8Array(bytes)], name, { type }));
      return data;
    }, plain);
    for (const type of ['dragover', 'drop']) await this.page.dispatchEvent('main', type, { dataTransfer: transfer });
  }
}

export function labeledCount({ classIds }: Planes): number {
  return classIds.filter((id) => id !== UNLABELED).length;
}
