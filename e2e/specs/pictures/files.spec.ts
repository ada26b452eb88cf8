import { expect } from '@playwright/test';
import { test } from '../../drivers/fixtures.ts';
import { WASM } from '../../drivers/pageDriver.ts';
import { encodePng, pngThatClaims } from '../../drivers/png.ts';
import { tiffThatClaims } from '../../drivers/tiff.ts';

const good = encodePng(96, 48, (x, y) => [2 * x, 4 * y, 128]);

const BAD_FILES = [
  { what: 'an empty file', name: 'empty.png', type: 'image/png', bytes: new Uint8Array(0) },
  { what: 'a text called .png', name: 'notes.png', type: 'image/png', bytes: Buffer.from('Dear diary, ') },
  { what: 'a text', name: 'notes.txt', type: 'text/plain', bytes: Buffer.from('Dear diary, ') },
  { what: 'half a picture', name: 'half.png', type: 'image/png', bytes: good.subarray(0, good.length / 2) },
  { what: 'a giant', name: 'giant.png', type: 'image/png', bytes: pngThatClaims(20_000, 20_000) },
  { what: 'a giant TIFF', name: 'giant.tif', type: 'image/tiff', bytes: tiffThatClaims(20_000, 20_000) },
];

test('a dropped file that is no picture is refused with a sentence and changes nothing; a picture opens with nothing labeled', async ({
  driver,
  page,
}) => {
  await driver.open(WASM);
  const labels = await driver.labels();
  const image = await driver.layerPixels('image');
  const message = page.getByRole('alert');
  for (const { what, ...file } of BAD_FILES) {
    await test.step(what, async () => {
      await driver.drop([file]);
      await expect(message).toBeVisible();
      // A sentence for a person, not an exception's name or an empty box.
      await expect(message).toContainText(/\w+ \w+ .*\./);
      await expect(message).not.toContainText(/Error|Exception|undefined|null/);
      expect(await driver.labels()).toEqual(labels);
      expect(await driver.layerPixels('image')).toEqual(image);
      await message.getByRole('button', { name: 'Dismiss the message' }).click();
      await expect(message).toHaveCount(0);
    });
  }

  await driver.drop([{ name: 'sunset.png', type: 'image/png', bytes: good }]);
  await expect(page.getByRole('banner')).toContainText('sunset');
  const { width, height } = await driver.labels();
  expect([width, height]).toEqual([64, 32]);
  await driver.until(({ phase, labeledPixels }) => phase === 'ready' && labeledPixels === 0);
  // On the screen with the next frame.
  await driver.isReady();
  await driver.paint([
    [10, 10],
    [20, 10],
  ]);
  expect((await driver.status()).labeledPixels).toBeGreaterThan(0);
});
