import type { PageDriver } from '../drivers/pageDriver.ts';
import { plainFile } from '../drivers/pictures.ts';
import { openProjectMenu } from '../drivers/smallProject.ts';
import { clearWeights, dismissMessages, labelsKey, openExample, turnPage } from './acts.ts';

const NAME = 'Home';
const SIDE_PX = 64;

/** The project, of two pictures, that every round begins and ends with. */
export class Home {
  readonly #driver: PageDriver;
  #asItWas = '';

  constructor(driver: PageDriver) {
    this.#driver = driver;
  }

  /** Makes the project, with strokes of two classes on both pictures. */
  async make(): Promise<void> {
    const { page } = this.#driver;
    await this.#driver.addPictures([plainFile(1, SIDE_PX), plainFile(2, SIDE_PX)]);
    for (let i = 0; i < 2; i++) {
      await turnPage(this.#driver);
      await page.keyboard.press('1');
      await this.#driver.paint([
        [8, 10],
        [50, 16],
      ]);
      await page.keyboard.press('2');
      await this.#driver.paint([
        [8, 50],
        [50, 44],
      ]);
    }
    const field = (await openProjectMenu(this.#driver.page)).getByRole('textbox', { name: 'Project name' });
    await field.fill(NAME);
    await field.press('Enter');
    await page.keyboard.press('Escape');
    await this.#driver.isOpen(NAME);
    await this.#driver.isSaved();
    this.#asItWas = await this.#describe();
  }

  /** Opens the project where another one is open. */
  async open(): Promise<void> {
    if ((await this.#driver.project()).name === NAME) return;
    const menu = await openProjectMenu(this.#driver.page);
    await menu.getByRole('listitem').filter({ hasText: NAME }).getByRole('button', { name: NAME }).first().click();
    await this.#driver.isOpen(NAME);
  }

  /**
   * The page as it was: nothing open beside the project's first picture, an untrained learner, no history, no messages.
   * Throws where labels, pictures or classes are others than when the project was made.
   */
  async restore(): Promise<void> {
    // What can be undone goes with a project that is left.
    await openExample(this.#driver, 'Espresso');
    await this.open();
    const { pictures } = await this.#driver.project();
    if (pictures[0]?.isOpen !== true) await turnPage(this.#driver);
    await clearWeights(this.#driver);
    await dismissMessages(this.#driver);
    await this.#driver.isSaved();
    const now = await this.#describe();
    if (now !== this.#asItWas) throw new Error(`The project is not as it was: ${now} in place of ${this.#asItWas}.`);
  }

  async #describe(): Promise<string> {
    const { classes, pictures, settings } = await this.#driver.project();
    const known = pictures.map(({ name, use, labeledPixels }) => ({ name, use, labeledPixels }));
    return JSON.stringify({ classes, settings, pictures: known, labels: await labelsKey(this.#driver) });
  }
}
