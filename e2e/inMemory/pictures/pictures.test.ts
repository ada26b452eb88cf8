import { afterEach, expect, it } from 'vitest';
import { labeledPixels, openScores } from '../../../src/state/selectors.ts';
import { plainFile, QUARTERS } from '../../drivers/pictures.ts';
import { encodeGreyPng16, encodePng } from '../../drivers/png.ts';
import { encodeGreyTiff16 } from '../../drivers/tiff.ts';
import { addPictures, openPlain, WASM } from '../acts.ts';
import { countedAccuracy, labelsOf, openPictureName, pictureNames, predictionOf, projectOf, shows } from '../facts.ts';
import { TestWorkbench } from '../testWorkbench.ts';

const { width, height } = QUARTERS;
const STROKE = [
  [8, 8],
  [40, 8],
] as const;

let page: TestWorkbench;

afterEach(() => page.close());

async function leaf(command: 'Next picture' | 'Previous picture', title: string): Promise<void> {
  page.perform(command);
  await shows(page, title);
}

it('added pictures come in their order behind those that are there, the first of them on the screen', async () => {
  page = await openPlain(1, 2);
  expect(projectOf(page).name).toBe('My pictures');
  expect(pictureNames(page)).toEqual(['plain 1', 'plain 2']);
  expect(openPictureName(page)).toBe('plain 1');
  await addPictures(page, [plainFile(3), plainFile(10)]);
  expect(pictureNames(page)).toEqual(['plain 1', 'plain 2', 'plain 3', 'plain 10']);
  expect(openPictureName(page)).toBe('plain 3');
});

it('a file that is no picture is named and keeps no other out', async () => {
  page = await openPlain(1);
  const diary = { name: 'diary.png', type: 'image/png', bytes: Buffer.from('Dear diary') };
  await addPictures(page, [diary, plainFile(6)]);
  expect((await page.isTold('“diary.png”: ')).tone).toBe('error');
  expect(pictureNames(page)).toEqual(['plain 1', 'plain 6']);
  expect(openPictureName(page)).toBe('plain 6');
});

it('each picture has its own labels, and undo goes to where a stroke is', async () => {
  page = await openPlain(1, 2, 3);
  page.paint(STROKE);
  const painted = labelsOf(page);
  const share = labeledPixels(page.state.document) / painted.classIds.length;
  expect(page.state.project.pictures[0]?.labeledShare).toBeCloseTo(share, 9);
  expect(share).toBeGreaterThan(0.01);

  await leaf('Next picture', 'plain 2');
  expect(labeledPixels(page.state.document)).toBe(0);
  page.workbench.history.undo();
  await shows(page, 'plain 1');
  expect(labeledPixels(page.state.document)).toBe(0);
  page.workbench.history.redo();
  expect(labelsOf(page)).toEqual(painted);
  await leaf('Next picture', 'plain 2');
  await leaf('Next picture', 'plain 3');
  // After the last comes the first, and the other way round.
  await leaf('Next picture', 'plain 1');
  expect(labelsOf(page)).toEqual(painted);
  await leaf('Previous picture', 'plain 3');
});

it.each([
  ['Mark the picture as done, or not', { done: true, use: 'train' }],
  ['Keep the picture for testing, or train on it', { done: false, use: 'test' }],
  ['Leave the picture out of training, or take it in', { done: false, use: 'skip' }],
])('“%s” does so with the picture on the screen, and takes it back', async (command, marks) => {
  page = await openPlain(1, 2);
  await leaf('Next picture', 'plain 2');
  page.perform(command);
  expect(projectOf(page).pictures).toMatchObject([{ done: false, use: 'train' }, marks]);
  page.perform(command);
  expect(projectOf(page).pictures[1]).toMatchObject({ done: false, use: 'train' });
});

it('presses in quick succession add up', async () => {
  page = await openPlain(1, 2, 3, 4, 5);
  for (const [command, times, title] of [
    ['Next picture', 3, 'plain 4'],
    ['Next picture', 3, 'plain 2'],
    ['Previous picture', 2, 'plain 5'],
  ] as const) {
    for (let press = 0; press < times; press++) page.perform(command);
    await shows(page, title);
  }
});

/** Paints the left and the right of a picture with the classes at these places of the list. */
function paintHalves(leftAt: number, rightAt: number): void {
  for (const [at, imageX] of [
    [leftAt, 8],
    [rightAt, 39],
  ] as const) {
    page.workbench.painting.selectClassAt(at);
    page.paint([
      [imageX, 6],
      [imageX, 40],
    ]);
  }
}

it('a network learns from two pictures, and both are scored', async () => {
  page = await openPlain(1, 2);
  paintHalves(0, 1);
  await page.stepTo(2);
  await leaf('Next picture', 'plain 2');
  paintHalves(0, 1);
  const trainsOn = (count: number) => page.until(({ training }) => training.trainingPictures === count);
  await trainsOn(2);
  // The learner hears of a use that is undone as well.
  page.perform('Keep the picture for testing, or train on it');
  await trainsOn(1);
  page.workbench.history.undo();
  await trainsOn(2);
  page.workbench.history.redo();
  await trainsOn(1);
  page.workbench.history.undo();
  await trainsOn(2);
  await page.stepTo(4);
  for (const title of ['plain 1', 'plain 2']) {
    await leaf('Next picture', title);
    await page.until(({ training }) => training.predictionStep === 4);
    const accuracy = countedAccuracy(page);
    await page.until((state) => Math.abs((openScores(state)?.maskedAccuracy ?? Number.NaN) - accuracy) < 5e-7);
  }
});

it('nothing is learned from a test picture, which is scored apart', async () => {
  const toggleTest = () => page.perform('Keep the picture for testing, or train on it');
  const reset = async () => {
    page.workbench.training.reset();
    await page.until(({ training }) => training.step === 0);
  };
  page = await openPlain(1, 2);
  paintHalves(0, 1);
  await page.stepTo(3);
  const alone = predictionOf(page);
  await reset();

  await leaf('Next picture', 'plain 2');
  toggleTest();
  // The contrary of what the other picture says: to learn from it would show.
  paintHalves(1, 0);
  await page.stepTo(3);
  const accuracy = countedAccuracy(page);
  await page.until(({ project: { pictures } }) => {
    const { use, scores } = pictures[1] ?? {};
    return use === 'test' && Math.abs((scores?.maskedAccuracy ?? Number.NaN) - accuracy) < 5e-7;
  });
  await leaf('Previous picture', 'plain 1');
  // The same labels to learn from and the same seed: the same network.
  await page.until(({ training }) => training.predictionStep === 3);
  expect(predictionOf(page)).toEqual(alone);
  await reset();

  await leaf('Next picture', 'plain 2');
  toggleTest();
  await leaf('Previous picture', 'plain 1');
  await page.stepTo(3);
  expect(predictionOf(page)).not.toEqual(alone);
});

/** Samples of four quarters; 0.35 % of each end are far less than a quarter, so that black is 1000 and white 5000. */
const valueAt = (x: number, y: number) => (y < height / 2 ? [1000, 2000] : [3000, 5000])[x < width / 2 ? 0 : 1] ?? 0;
/** 255 · (value − 1000) / 4000, rounded. */
const [TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT, BOTTOM_RIGHT] = [0, 64, 128, 255];
const UPRIGHT = { size: [width, height], values: [TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT, BOTTOM_RIGHT] };

it.each([
  ['PNG', { name: 'deep.png', type: 'image/png', bytes: encodeGreyPng16(width, height, valueAt) }, UPRIGHT],
  ['TIFF', { name: 'deep.tif', type: 'image/tiff', bytes: encodeGreyTiff16(width, height, valueAt) }, UPRIGHT],
  [
    // As many systems hand a TIFF over: without a type. 6: to be turned by 90° clockwise.
    'turned TIFF',
    { name: 'deep.tiff', type: '', bytes: encodeGreyTiff16(width, height, valueAt, 6) },
    { size: [height, width], values: [BOTTOM_LEFT, TOP_LEFT, BOTTOM_RIGHT, TOP_RIGHT] },
  ],
])('a %s of 16 bits is stretched and upright', async (_, file, expected) => {
  page = await TestWorkbench.open();
  await addPictures(page, [file]);
  const opened = page.workbench.picture?.opened;
  if (opened == null) throw new Error('No picture is on the screen.');
  const [stepX, stepY] = [Math.floor(opened.width / 4), Math.floor(opened.height / 4)];
  const redAt = (x: number, y: number) => opened.pixels[4 * (y * stepY * opened.width + x * stepX)];
  const values = [1, 3].flatMap((y) => [1, 3].map((x) => redAt(x, y)));
  expect({ size: [opened.width, opened.height], values }).toEqual(expected);
});

it('a script that opens what is no picture is refused in a sentence, and everything stays as it is', async () => {
  page = await TestWorkbench.open();
  const before = projectOf(page);
  await expect(page.script.openPicture(new Blob(['Dear diary']))).rejects.toThrow('not a picture');
  expect(projectOf(page)).toEqual(before);
});

it('a picture that is added in place of an example is reduced as its own project is', async () => {
  page = await TestWorkbench.open({ ...WASM, size: '96' });
  page.perform('Clear all labels of the picture');
  await page.isSaved();
  page = await page.reload(WASM);
  expect(page.state.document.width).toBe(96);
  const bytes = encodePng(200, 120, (x, y) => [x, y, 90]);
  await addPictures(page, [{ name: 'large.png', type: 'image/png', bytes }]);
  expect(page.state.document.width).toBe(64);
  await page.isSaved();
  page = await page.reload();
  expect(projectOf(page).name).toBe('My pictures');
  expect(page.state.document.width).toBe(64);
  expect(page.state.view.messages.filter(({ tone }) => tone === 'error')).toEqual([]);
});
