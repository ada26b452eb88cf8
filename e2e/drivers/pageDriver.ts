import { setTimeout } from 'node:timers/promises';
import { expect, type Locator, type Page } from '@playwright/test';
import type { Scripting } from '../../src/workbench/scripting/scripting.ts';

interface Planes {
  readonly width: number;
  readonly height: number;
  readonly classIds: number[];
  readonly strokeIds: number[];
}

type Status = ReturnType<Scripting['getStatus']>;
type Project = NonNullable<ReturnType<Scripting['getProject']>>;

export const UNLABELED = 255;

type Layer = 'heat' | 'image' | 'prediction' | 'other-prediction' | 'labels' | 'cursor' | 'suggestion';
/** In pixels of the opened picture. */
export type Point = readonly [imageX: number, imageY: number];

/** A file as a person chooses or drops it. */
export interface NamedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** What the smallest, quickest training needs. */
export const TINY = { size: '64', network: 'unet-8-2-1' } as const;

/** The same on WASM, with the picture that a new visitor sees. */
export const WASM = { ...TINY, backend: 'wasm', picture: 'coffee' } as const;

/** A step budget that no spec uses up before it pauses. */
export const LARGE_BUDGET = 5000;

/** Between two looks at the page. */
const POLL_MS = 50;

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
    await this.isReady();
  }

  /** Waits until the picture on the screen can be painted and trained. */
  async isReady(): Promise<void> {
    await this.until(({ phase }) => phase !== 'loading', 20_000);
    // Layers are put in their places with the next frame, and nobody paints on what is not yet on the screen.
    await this.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
  }

  /** Opens a built-in picture's project from the strip. */
  async openExample(title: string): Promise<void> {
    await this.page.getByRole('button', { name: new RegExp(`^${title} \\(`) }).click();
    await this.isOpen(title);
  }

  /** Waits until the project of this name is open and its picture can be painted. */
  async isOpen(projectName: string): Promise<void> {
    await expect.poll(async () => (await this.project()).name).toBe(projectName);
    await this.isReady();
  }

  status(): Promise<Status> {
    return this.page.evaluate(() => {
      const status = window.unlabeled?.getStatus();
      if (status === undefined) throw new Error('The page has no status yet.');
      return status;
    });
  }

  /** Waits for a status. Rejects with the last one seen. */
  async until(isReached: (status: Status) => boolean, timeoutMs = 40_000): Promise<Status> {
    const endMs = Date.now() + timeoutMs;
    // Polled by hand: `expect.poll` takes milliseconds of its own every time, from the page that is waited for.
    for (;;) {
      const status = await this.page.evaluate(() => window.unlabeled?.getStatus() ?? null).catch(noneWhileReloading);
      if (status !== null && isReached(status)) return status;
      if (Date.now() > endMs) throw new Error(`Not reached within ${timeoutMs} ms: ${JSON.stringify(status)}`);
      await setTimeout(POLL_MS);
    }
  }

  /** Waits until all that was done is in the browser's storage. */
  async isSaved(): Promise<void> {
    await this.until(({ saving }) => saving === 'saved');
  }

  project(): Promise<Project> {
    return this.page.evaluate(() => {
      const project = window.unlabeled?.getProject() ?? null;
      if (project === null) throw new Error('No project is open.');
      return project;
    });
  }

  labels(): Promise<Planes> {
    return this.page.evaluate(() => {
      const planes = window.unlabeled?.getLabels() ?? null;
      if (planes === null) throw new Error('No picture is open.');
      const { width, height, classIds, strokeIds } = planes;
      return { width, height, classIds: [...classIds], strokeIds: [...strokeIds] };
    });
  }

  /** The newest prediction's step, classes, confidences and margins, row-major. */
  prediction(): Promise<{ step: number; classMap: number[]; confidence: number[]; margin: number[] } | null> {
    return this.page.evaluate(() => {
      const prediction = window.unlabeled?.getPrediction() ?? null;
      if (prediction === null) return null;
      const { step, classMap, confidence, margin } = prediction;
      return { step, classMap: [...classMap], confidence: [...confidence], margin: [...margin] };
    });
  }

  /** How hard the label loss and smoothness pull at every pixel, row-major, and at which step; `null`: not known. */
  gradient(): Promise<{ step: number; labelLoss: number[]; smoothness: number[] | null } | null> {
    return this.page.evaluate(() => {
      const gradient = window.unlabeled?.getGradient() ?? null;
      if (gradient === null) return null;
      const { step, labelLoss, smoothness } = gradient;
      return { step, labelLoss: [...labelLoss], smoothness: smoothness && [...smoothness] };
    });
  }

  /** Sets the step budget: to `LARGE_BUDGET` where training is to be paused. */
  async setStepBudget(steps: number): Promise<void> {
    const field = this.page.getByRole('textbox', { name: 'Step budget' });
    await field.fill(String(steps));
    await field.blur();
    await this.until(({ stepBudget }) => stepBudget === steps);
  }

  /** Takes single training steps until `step` of them are done, and waits for the prediction of the last. */
  async stepTo(step: number): Promise<void> {
    for (let { step: taken } = await this.status(); taken < step; taken++) {
      await this.page.keyboard.press('s');
      await this.until((status) => status.step === taken + 1 && status.phase === 'paused');
    }
    await expect.poll(async () => (await this.prediction())?.step).toBe(step);
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

  /** Where the centres of picture pixels lie on the screen. */
  async screenPoints(points: readonly Point[]): Promise<{ x: number; y: number }[]> {
    const box = await this.layer('labels').boundingBox();
    const size = await this.layer('labels').evaluate((canvas) => {
      if (!(canvas instanceof HTMLCanvasElement)) throw new Error('A layer is a canvas.');
      return { width: canvas.width, height: canvas.height };
    });
    if (box === null) throw new Error('The labels layer is not on the screen.');
    return points.map(([imageX, imageY]) => ({
      x: box.x + ((imageX + 0.5) * box.width) / size.width,
      y: box.y + ((imageY + 0.5) * box.height) / size.height,
    }));
  }

  /** Where the centre of one picture pixel lies on the screen. */
  async screenPoint(point: Point): Promise<{ x: number; y: number }> {
    const [found] = await this.screenPoints([point]);
    if (found === undefined) throw new Error('A point lies somewhere.');
    return found;
  }

  /** One drag with the mouse along a polyline. */
  async paint(points: readonly Point[], stepsPerSegment = 6, button: 'left' | 'right' = 'left'): Promise<void> {
    const [first, ...rest] = await this.screenPoints(points);
    if (first === undefined) return;
    await this.page.mouse.move(first.x, first.y);
    await this.page.mouse.down({ button });
    for (const { x, y } of rest) await this.page.mouse.move(x, y, { steps: stepsPerSegment });
    await this.page.mouse.up({ button });
  }

  /** Clicks a picture pixel. */
  async click(point: Point, button: 'left' | 'right' = 'left'): Promise<void> {
    await this.paint([point], 1, button);
  }

  /** Sets the brush by its slider, which is logarithmic: 0 is 1 px, 1 is 256 px. */
  async setBrush(diameterPx: number): Promise<void> {
    const slider = this.page.getByRole('slider', { name: /^Size/ });
    await slider.fill(String(Math.round((Math.log(diameterPx) / Math.log(256)) * 200) / 200));
    await expect(slider).toHaveAttribute('aria-valuetext', `${diameterPx} px`);
  }

  async clearAllLabels(): Promise<void> {
    await this.button('Strokes').click();
    await this.button('Clear all labels').click();
    await this.until(({ labeledPixels }) => labeledPixels === 0);
  }

  /** Finds a command by name in the palette and performs it. */
  async perform(label: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+k');
    await this.page.getByRole('combobox', { name: 'Find a command' }).fill(label);
    await expect(
      this.page.getByRole('listbox', { name: 'Commands' }).getByRole('option', { selected: true }),
    ).toContainText(label);
    await this.page.keyboard.press('Enter');
  }

  /** Answers a file field of the page: `Picture files`, `Folder of pictures`, `Mask file` or `Project file`. */
  async choose(field: string, files: readonly NamedFile[]): Promise<void> {
    const payload = files.map(({ name, type, bytes }) => ({ name, mimeType: type, buffer: Buffer.from(bytes) }));
    await this.page.getByLabel(field, { exact: true }).setInputFiles(payload);
  }

  /** Adds pictures to the open project, or to a new one in place of an example; the first of them comes on the screen. */
  async addPictures(files: readonly NamedFile[]): Promise<void> {
    const { id, pictures } = await this.project();
    await this.choose('Picture files', files);
    await expect
      .poll(
        async () => {
          const now = await this.project();
          const added = now.pictures.slice(now.id === id ? pictures.length : 0);
          return { count: added.length, isShown: added[0]?.isOpen === true };
        },
        { timeout: 10_000 + 500 * files.length },
      )
      .toEqual({ count: files.length, isShown: true });
    await this.isReady();
  }

  /** Drops files onto the picture, as from the desktop. */
  async drop(files: readonly NamedFile[]): Promise<void> {
    const transfer = await this.#transferOf(files);
    for (const type of ['dragover', 'drop']) await this.page.dispatchEvent('main', type, { dataTransfer: transfer });
  }

  /** Pastes files, as from another program's clipboard. */
  async paste(files: readonly NamedFile[]): Promise<void> {
    const transfer = await this.#transferOf(files);
    await transfer.evaluate((clipboardData) => window.dispatchEvent(new ClipboardEvent('paste', { clipboardData })));
  }

  async #transferOf(files: readonly NamedFile[]) {
    const plain = files.map(({ name, type, bytes }) => ({ name, type, bytes: [...bytes] }));
    return this.page.evaluateHandle((given) => {
      const data = new DataTransfer();
      for (const { name, type, bytes } of given) data.items.add(new File([new Uint8Array(bytes)], name, { type }));
      return data;
    }, plain);
  }
}

export function labeledCount({ classIds }: Pick<Planes, 'classIds'>): number {
  return classIds.filter((id) => id !== UNLABELED).length;
}

/** A page that is being reloaded has nothing to say; any other failure stays one. */
function noneWhileReloading(error: unknown): null {
  if (/Execution context was destroyed|frame was detached/.test(String(error))) return null;
  throw error;
}
