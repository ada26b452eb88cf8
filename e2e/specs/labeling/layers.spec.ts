import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { type PageDriver, type Point, UNLABELED, WASM } from '../../drivers/pageDriver.ts';

type Rgb = readonly number[];

const GREY_CARD = [128, 128, 128];
/** What blending and rounding to whole bytes may take from each channel, 0–255. */
const ROUNDING = 3;

const mix = (under: Rgb, over: Rgb, share: number): Rgb => under.map((c, k) => c + ((over[k] ?? 0) - c) * share);

function expectColor(found: Rgb, expected: Rgb) {
  for (let k = 0; k < 3; k++) {
    expect(Math.abs((found[k] ?? Number.NaN) - (expected[k] ?? Number.NaN)), `${found} for ${expected}`).toBeLessThan(
      ROUNDING,
    );
  }
}

/** One pixel of the open picture: what the person sees there, and what each layer has there. */
class Spot {
  readonly #driver: PageDriver;
  readonly #index: number;
  readonly #width: number;

  constructor(driver: PageDriver, index: number, width: number) {
    this.#driver = driver;
    this.#index = index;
    this.#width = width;
  }

  /** Of the screen, 0–255. */
  async seen(): Promise<Rgb> {
    const { page } = this.#driver;
    const { x, y } = await this.#driver.screenPoint([this.#index % this.#width, Math.floor(this.#index / this.#width)]);
    const png = await page.screenshot({ clip: { x: Math.floor(x), y: Math.floor(y), width: 1, height: 1 } });
    return page.evaluate(async (base64) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const context = new OffscreenCanvas(1, 1).getContext('2d');
      context?.drawImage(await createImageBitmap(new Blob([bytes], { type: 'image/png' })), 0, 0);
      return [...(context?.getImageData(0, 0, 1, 1).data ?? [])].slice(0, 3);
    }, png.toString('base64'));
  }

  async of(layer: 'image' | 'labels' | 'prediction'): Promise<{ rgb: Rgb; alpha: number }> {
    const pixel = (await this.#driver.layerPixels(layer)).slice(4 * this.#index, 4 * this.#index + 4);
    return { rgb: pixel.slice(0, 3), alpha: (pixel[3] ?? 0) / 255 };
  }
}

/** The labeled pixel (or unlabeled one) that is nearest to a point, away from everything that floats at the borders. */
async function spotNear(driver: PageDriver, [nearX, nearY]: readonly [number, number], isLabeled = true) {
  const { width, classIds } = await driver.labels();
  const distance = (i: number) => Math.hypot((i % width) - nearX, Math.floor(i / width) - nearY);
  const [nearest] = classIds
    .flatMap((id, i) => ((id !== UNLABELED) === isLabeled ? [i] : []))
    .sort((a, b) => distance(a) - distance(b));
  if (nearest === undefined) throw new Error('The picture has no such pixel.');
  return new Spot(driver, nearest, width);
}

/** Opens the example with a prediction, and takes the pointer off the picture. */
async function openWithPrediction(driver: PageDriver): Promise<void> {
  await driver.open(WASM);
  await driver.stepTo(3);
  await driver.page.mouse.move(2, 2);
}

const panel = ({ page }: PageDriver) => page.getByRole('dialog', { name: 'Layers' });

async function setSliders(driver: PageDriver, values: Readonly<Record<string, number>>): Promise<void> {
  await driver.button('Layers').click();
  for (const [name, value] of Object.entries(values)) {
    await panel(driver).getByRole('slider', { name, exact: true }).fill(String(value));
  }
  await driver.page.keyboard.press('Escape');
  await expect(panel(driver)).toBeHidden();
  await driver.page.mouse.move(2, 2);
}

/** Gives all layers the looks that they have at first. */
async function asAtFirst(driver: PageDriver): Promise<void> {
  await driver.button('Layers').click();
  await panel(driver).getByRole('button', { name: 'As at first' }).click();
  await driver.page.keyboard.press('Escape');
  await expect(panel(driver)).toBeHidden();
  await driver.page.mouse.move(2, 2);
}

/** Whether a pixel of another class lies within `steps` steps between neighbours, for every pixel. */
function nearAnother(classIds: readonly number[], width: number, steps: number): boolean[] {
  const height = classIds.length / width;
  return classIds.map((id, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    for (let dy = -steps; dy <= steps; dy++) {
      const reach = steps - Math.abs(dy);
      for (let dx = -reach; dx <= reach; dx++) {
        const [otherX, otherY] = [x + dx, y + dy];
        if (otherX < 0 || otherX >= width || otherY < 0 || otherY >= height) continue;
        if (classIds[otherY * width + otherX] !== id) return true;
      }
    }
    return false;
  });
}

const shownPixels = async (driver: PageDriver, layer: 'labels' | 'prediction') =>
  (await driver.layerPixels(layer)).filter((_, k) => k % 4 === 3).map((alpha) => alpha > 0);

test('sliders, keys and the divider change what is seen of each layer, and nothing else', async ({ driver, page }) => {
  await openWithPrediction(driver);

  await test.step('each layer is as strong as its slider says, and its key hides it', async () => {
    const before = [await driver.labels(), await driver.prediction()];
    const spot = await spotNear(driver, [32, 22]);
    const [image, labels, prediction] = [await spot.of('image'), await spot.of('labels'), await spot.of('prediction')];
    expect(labels.alpha).toBe(1);
    expect(prediction.alpha).toBeGreaterThan(0.2);

    await setSliders(driver, { Picture: 1, Labels: 0.5, Prediction: 0 });
    expectColor(await spot.seen(), mix(image.rgb, labels.rgb, 0.5));
    await page.keyboard.press('l');
    expectColor(await spot.seen(), image.rgb);
    await page.keyboard.press('l');
    expectColor(await spot.seen(), mix(image.rgb, labels.rgb, 0.5));

    await setSliders(driver, { Labels: 0, Prediction: 0.8 });
    const predicted = mix(image.rgb, prediction.rgb, 0.8 * prediction.alpha);
    await expect
      .poll(async () => spot.seen().then((seen) => Math.abs((seen[0] ?? 0) - (predicted[0] ?? 0))))
      .toBeLessThan(ROUNDING);
    expectColor(await spot.seen(), predicted);
    await page.keyboard.press('p');
    expectColor(await spot.seen(), image.rgb);

    await setSliders(driver, { Picture: 0.25 });
    expectColor(await spot.seen(), mix(GREY_CARD, image.rgb, 0.25));
    expect([await driver.labels(), await driver.prediction()]).toEqual(before);
    await asAtFirst(driver);
  });

  await test.step('brightness and contrast change what is seen, not the picture', async () => {
    await setSliders(driver, { Labels: 0, Prediction: 0 });
    const spot = await spotNear(driver, [32, 22], false);
    const pixels = await driver.layerPixels('image');
    const { rgb } = await spot.of('image');
    expectColor(await spot.seen(), rgb);

    // Half of the slider is twice as bright, since its end is four times.
    await setSliders(driver, { Brightness: 0.5 });
    expectColor(
      await spot.seen(),
      rgb.map((c) => Math.min(255, 2 * c)),
    );
    await setSliders(driver, { Brightness: 0, Contrast: -0.5 });
    expectColor(
      await spot.seen(),
      rgb.map((c) => 127.5 + (c - 127.5) / 2),
    );
    expect(await driver.layerPixels('image')).toEqual(pixels);

    await driver.button('Layers').click();
    await panel(driver).getByRole('button', { name: 'As at first' }).click();
    for (const [name, value] of Object.entries({ Contrast: '0', Picture: '1', Labels: '0.9', Prediction: '0.6' })) {
      await expect(panel(driver).getByRole('slider', { name, exact: true })).toHaveValue(value);
    }
    await driver.page.keyboard.press('Escape');
  });

  await test.step('a held key shows the bare picture', async () => {
    await setSliders(driver, { Picture: 0.4, Labels: 1 });
    const spot = await spotNear(driver, [32, 22]);
    const [image, labels] = [await spot.of('image'), await spot.of('labels')];
    expectColor(await spot.seen(), labels.rgb);
    await page.keyboard.down('q');
    expectColor(await spot.seen(), image.rgb);
    await page.keyboard.up('q');
    expectColor(await spot.seen(), labels.rgb);
    await asAtFirst(driver);
  });

  await test.step('the divider bares the picture on its left, by pointer and by keyboard, and paints nothing', async () => {
    await setSliders(driver, { Labels: 1 });
    const before = await driver.labels();
    const spot = await spotNear(driver, [32, 22]);
    const [image, labels] = [await spot.of('image'), await spot.of('labels')];
    const divider = page.getByRole('slider', { name: /^Divider/ });
    await expect(divider).toBeHidden();
    await page.keyboard.press('d');
    await expect(divider).toHaveAttribute('aria-valuenow', '50');

    const dragTo = async (imageX: number) => {
      const grip = await divider.boundingBox();
      if (grip === null) throw new Error('The divider is not on the screen.');
      const { x } = await driver.screenPoint([imageX, 20]);
      await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2);
      await page.mouse.down();
      await page.mouse.move(x, grip.y + grip.height / 2, { steps: 5 });
      await page.mouse.up();
      await page.mouse.move(2, 2);
    };
    await dragTo(60);
    // The middle of pixel 60 of 64.
    await expect(divider).toHaveAttribute('aria-valuenow', '95');
    expectColor(await spot.seen(), image.rgb);
    await dragTo(4);
    await expect(divider).toHaveAttribute('aria-valuenow', '7');
    expectColor(await spot.seen(), labels.rgb);

    await divider.focus();
    for (const [key, percent] of [
      ['Home', '0'],
      ['ArrowRight', '1'],
      ['Shift+ArrowRight', '11'],
      ['ArrowLeft', '10'],
      ['End', '100'],
    ] as const) {
      await page.keyboard.press(key);
      await expect(divider).toHaveAttribute('aria-valuenow', percent);
    }
    expectColor(await spot.seen(), image.rgb);
    expect(await driver.labels()).toEqual(before);
    await page.keyboard.press('d');
    await expect(divider).toBeHidden();
    expectColor(await spot.seen(), labels.rgb);
  });
});

test('layers show borders, doubt, classes and places as they are asked to', async ({ driver, page }) => {
  await openWithPrediction(driver);

  await test.step('labels as outlines and the prediction as contours show borders and nothing else', async () => {
    await driver.setBrush(15);
    await driver.paint([
      [20, 20],
      [44, 24],
    ]);
    const { classIds, width } = await driver.labels();
    const isLabeled = classIds.map((id) => id !== UNLABELED);
    const isRim = nearAnother(classIds, width, 2).map((isNear, i) => isNear && isLabeled[i] === true);
    expect(isRim.filter(Boolean).length).toBeLessThan(isLabeled.filter(Boolean).length);
    await expect.poll(() => shownPixels(driver, 'labels')).toEqual(isLabeled);
    await page.keyboard.press('v');
    await expect.poll(() => shownPixels(driver, 'labels')).toEqual(isRim);
    await page.keyboard.press('v');
    await expect.poll(() => shownPixels(driver, 'labels')).toEqual(isLabeled);

    const classMap = (await driver.prediction())?.classMap ?? [];
    const isBorder = nearAnother(classMap, width, 1);
    expect(isBorder).toContain(true);
    expect(isBorder).toContain(false);
    expect(await shownPixels(driver, 'prediction')).not.toContain(false);
    await page.keyboard.press('c');
    await expect.poll(() => shownPixels(driver, 'prediction')).toEqual(isBorder);
    // The step's own prediction is drawn in the same manner.
    await driver.stepTo(4);
    const next = nearAnother((await driver.prediction())?.classMap ?? [], width, 1);
    await expect.poll(() => shownPixels(driver, 'prediction')).toEqual(next);
    expect((await driver.labels()).classIds).toEqual(classIds);
    await page.keyboard.press('c');
  });

  await test.step('doubt shows where the network wavers between two classes, whatever it predicts', async () => {
    await page.keyboard.press('w');
    const { margin, classMap } = (await driver.prediction()) as NonNullable<
      Awaited<ReturnType<PageDriver['prediction']>>
    >;
    expect(new Set(classMap).size).toBeGreaterThan(1);
    const [least, most] = [Math.min(...margin), Math.max(...margin)];
    expect(most - least).toBeGreaterThan(50);
    const alphaAt = async (value: number) =>
      (await driver.layerPixels('prediction'))[4 * margin.indexOf(value) + 3] ?? -1;
    await expect.poll(async () => (await alphaAt(least)) - (await alphaAt(most))).toBeGreaterThan(20);
    const byMargin = new Map<number, Set<number>>();
    const pixels = await driver.layerPixels('prediction');
    margin.forEach((value, i) => {
      const alphas = byMargin.get(value) ?? new Set();
      byMargin.set(value, alphas.add(pixels[4 * i + 3] ?? -1));
    });
    expect([...byMargin.values()].every((alphas) => alphas.size === 1)).toBe(true);
    await page.keyboard.press('w');
    await expect
      .poll(async () => Math.min(...(await driver.layerPixels('prediction')).filter((_, k) => k % 4 === 3)))
      .toBeGreaterThan(50);
  });

  await test.step('a hidden class shows neither labels nor predictions, and keeps both', async () => {
    const [{ classIds }, prediction] = [await driver.labels(), await driver.prediction()];
    const classMap = prediction?.classMap ?? [];
    const hidden = classMap[0];
    const isLabeled = classIds.map((id) => id !== UNLABELED);
    expect(await shownPixels(driver, 'labels')).toEqual(isLabeled);
    const index = (await driver.project()).classes.findIndex(({ id }) => id === hidden);
    await page.keyboard.press(String(index + 1));
    await page.keyboard.press('Shift+H');
    await expect
      .poll(() => shownPixels(driver, 'labels'))
      .toEqual(classIds.map((id) => id !== UNLABELED && id !== hidden));
    await expect.poll(() => shownPixels(driver, 'prediction')).toEqual(classMap.map((id) => id !== hidden));
    expect(classIds).toContain(hidden);
    expect((await driver.labels()).classIds).toEqual(classIds);
    expect(await driver.prediction()).toEqual(prediction);
    await page.keyboard.press('Shift+H');
    await expect.poll(() => shownPixels(driver, 'prediction')).not.toContain(false);
    await expect.poll(() => shownPixels(driver, 'labels')).toEqual(isLabeled);
  });

  await test.step('a ring shows where to paint next, says why, and goes with the stroke', async () => {
    const { width, height } = await driver.labels();
    const margin = (await driver.prediction())?.margin ?? [];
    /** The middle of what is drawn on the ring's layer, on the screen; `null` where nothing is. */
    const ring = () =>
      driver.layer('suggestion').evaluate((canvas) => {
        if (!(canvas instanceof HTMLCanvasElement)) throw new Error('A layer is a canvas.');
        // Without a size until there is something to draw.
        if (canvas.width === 0) return null;
        const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
        let [left, top, right, bottom] = [canvas.width, canvas.height, -1, -1];
        for (let i = 0; i < canvas.width * canvas.height; i++) {
          if (pixels[4 * i + 3] === 0) continue;
          const [x, y] = [i % canvas.width, Math.floor(i / canvas.width)];
          [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
        }
        if (right < 0) return null;
        const box = canvas.getBoundingClientRect();
        const scale = box.width / canvas.width;
        return { x: box.x + ((left + right + 1) / 2) * scale, y: box.y + ((top + bottom + 1) / 2) * scale };
      });
    const imagePoint = async (at: { readonly x: number; readonly y: number }): Promise<Point> => {
      const box = (await driver.layer('labels').boundingBox()) ?? { x: 0, y: 0, width: 1 };
      const scale = width / box.width;
      return [Math.floor((at.x - box.x) * scale), Math.floor((at.y - box.y) * scale)];
    };
    const doubtAround = ([x, y]: Point) => {
      const around = margin.filter(
        (_, i) => Math.abs((i % width) - x) <= 2 && Math.abs(Math.floor(i / width) - y) <= 2,
      );
      return around.reduce((sum, value) => sum + 255 - value, 0) / around.length;
    };
    const everywhere = margin.reduce((sum, value) => sum + 255 - value, 0) / margin.length;
    expect(await ring()).toBeNull();
    await driver.button('Where to paint next?').click();
    await expect(page.getByRole('status').filter({ hasText: /the network (wavers|says)/ })).toBeVisible();
    await expect.poll(ring).not.toBeNull();
    const first = await imagePoint((await ring()) ?? { x: -1, y: -1 });
    expect(first[0] >= 0 && first[0] < width && first[1] >= 0 && first[1] < height).toBe(true);
    expect(doubtAround(first)).toBeGreaterThan(1.1 * everywhere);

    await driver.button('Another').click();
    await expect
      .poll(async () => {
        const [x, y] = await imagePoint((await ring()) ?? { x: -1, y: -1 });
        return Math.hypot(x - first[0], y - first[1]);
      })
      .toBeGreaterThan(3);

    const second = await imagePoint((await ring()) ?? { x: -1, y: -1 });
    await driver.paint([second]);
    await expect.poll(ring).toBeNull();
    await expect(page.getByText(/the network (wavers|says)/)).toHaveCount(0);
    await page.keyboard.press('Shift+M');
    await expect(page.getByRole('status').filter({ hasText: 'drawn at random' })).toBeVisible();
  });
});
