import { afterEach, expect, it } from 'vitest';
import { DEFAULT_SCENE_SETTINGS, sceneId } from '../../../src/settings/scene.ts';
import { openScores } from '../../../src/state/selectors.ts';
import { plainFile } from '../../drivers/pictures.ts';
import { addPictures, paintClass } from '../acts.ts';
import { TestBrowser } from '../browser/testBrowser.ts';
import { sharedFragment } from '../links.ts';
import { TestWorkbench } from '../testWorkbench.ts';

const WASM = { backend: 'wasm' } as const;
/** Most characters of a link's fragment. */
const MOST = 8 * 1024;
const UNLABELED = 255;
const NO_LINK = /^This link (is damaged|was made with a newer version)/;

const opened: TestWorkbench[] = [];

afterEach(async () => {
  for (const page of opened.splice(0)) await page.close();
});

/** Opens a page, another person's unless it is in a browser that is given. */
async function open(...given: Parameters<typeof TestWorkbench.open>): Promise<TestWorkbench> {
  const page = await TestWorkbench.open(...given);
  opened.push(page);
  return page;
}

it('a link opens elsewhere to the same planes, classes and settings, and learns the same', async () => {
  const page = await open({ ...WASM, size: '128', network: 'unet-8-2-1', picture: 'coffee' });
  const { painting, training } = page.workbench;
  page.paint([
    [30, 20],
    [70, 60],
  ]);
  painting.setBrushDiameter(9);
  paintClass(page, page.state.document.classes[2]?.id ?? -1, [
    [90, 12],
    [100, 50],
  ]);
  paintClass(page, UNLABELED, [
    [60, 40],
    [80, 60],
  ]);
  page.perform('Add a class');
  training.updateSettings({ unlabeled: 'asBackground' });
  const fragment = await sharedFragment(page);
  expect(fragment.length).toBeLessThan(MOST);
  const labels = page.script.getLabels();
  const { settings, classes, id } = page.script.getProject() ?? {};
  const { loss, step } = await page.script.trainSteps(20);
  expect(step).toBe(20);

  const other = await open(WASM, { fragment });
  expect(other.script.getLabels()).toEqual(labels);
  const there = other.script.getProject();
  expect({ settings: there?.settings, classes: there?.classes }).toEqual({ settings, classes });
  expect(there?.id).not.toBe(id);
  const again = await other.script.trainSteps(20);
  expect(Math.abs((again.loss ?? Number.NaN) / (loss ?? Number.NaN) - 1)).toBeLessThan(1e-5);
});

it('a link made at a step trains to that step and pauses; whatever is saved here stays', async () => {
  const browser = new TestBrowser();
  const page = await open(undefined, { browser });
  const before = page.script.getProject();
  await page.stepTo(2);
  const { loss } = page.state.training;
  const fragment = await sharedFragment(page, { start: { type: 'train', steps: 2 } });
  await page.isSaved();
  await page.close();

  const linked = await open({ ...WASM, picture: 'chelsea' }, { browser, fragment });
  await linked.until(({ training: { step, phase } }) => step === 2 && phase === 'paused');
  expect(linked.state.training.loss).toBe(loss);
  expect(linked.state.project.projectName).toBe(before?.name);
  const { projectId } = linked.state.project;
  expect(projectId).not.toBe(before?.id);
  // Something was done: from now on a reload shows that, and the saved example is as it was.
  await linked.isSaved();
  const reloaded = await linked.reload(WASM);
  opened.push(reloaded);
  expect(reloaded.state.project.projectId).toBe(projectId);
  await reloaded.workbench.projects.openExample('chelsea');
  await reloaded.workbench.projects.openExample('coffee');
  expect(reloaded.state.project.projectId).toBe(before?.id);
});

it('what the teacher hides stays hidden, until a person asks for it', async () => {
  const page = await open();
  const hiddenPanels = ['tools', 'learner', 'pictures', 'lab'] as const;
  const fragment = await sharedFragment(page, { hiddenPanels });
  const other = await open(WASM, { fragment });
  await other.until(({ view }) => view.hiddenPanels.size > 0);
  expect(other.state.view.hiddenPanels).toEqual(new Set(hiddenPanels));
  // A panel of the lab that is asked for stays hidden with it.
  other.workbench.lab.open('matrix');
  expect(other.state.view.labPanel).toBeNull();
  await other.script.trainSteps(3);
  expect(other.state.view.hiddenPanels).toEqual(new Set(hiddenPanels));
  other.perform('Show the parts of the page that the link hides');
  expect(other.state.view.hiddenPanels).toEqual(new Set());
});

it('a generated scene goes into a link by its numbers, with its exact mask; it trains at once where it is to', async () => {
  const scene = sceneId({ ...DEFAULT_SCENE_SETTINGS, seed: 77, sizePx: 96 });
  const page = await open({ ...WASM, size: '64', network: 'unet-8-2-1', picture: scene });
  page.paint([
    [10, 10],
    [40, 30],
  ]);
  const fragment = await sharedFragment(page, { start: { type: 'train', steps: null } });
  const other = await open(WASM, { fragment });
  await other.until((state) => state.training.step >= 2 && (openScores(state)?.trueAccuracy ?? null) !== null);
  expect(other.script.getLabels()).toEqual(page.script.getLabels());
});

it('a link carries both learners of a comparison', async () => {
  const page = await open();
  page.perform('Two learners side by side, or one again');
  await page.until(({ training }) => training.step >= 1);
  expect(page.state.view.labPanel).toBe('compare');
  const fragment = await sharedFragment(page, { start: { type: 'train', steps: null } });
  const other = await open(WASM, { fragment });
  await other.until(({ training }) => training.step >= 2);
  expect(other.state.view.labPanel).toBe('compare');
  expect(other.state.comparison.learnerB?.difference).toEqual({ setting: 'unlabeled', value: 'asBackground' });
});

it('from a link to the first prediction it takes one press, or none', async () => {
  const page = await open();
  const waiting = await open(WASM, { fragment: await sharedFragment(page) });
  expect(waiting.state).toMatchObject({ training: { phase: 'ready', step: 0 } });
  waiting.workbench.training.toggle();
  await waiting.until(({ training }) => training.predictionStep !== null);
  const fragment = await sharedFragment(page, { start: { type: 'train', steps: null } });
  const training = await open(WASM, { fragment });
  await training.until(({ training }) => training.predictionStep !== null);
});

it('one’s own picture cannot be in a link: the project file is the way out', async () => {
  const page = await open();
  await sharedFragment(page);
  await page.workbench.projects.create();
  await addPictures(page, [plainFile(1)]);
  await expect(sharedFragment(page)).rejects.toThrow('ownPicture');
  page.perform('Save the project as a file');
  await page.until(() => page.downloads.length > 0);
  expect(page.downloads.map(({ name }) => name)).toEqual([expect.stringMatching(/\.zip$/)]);
});

it('50 malformed, mutated and hostile links: one sentence, what is open stays, nothing else', async () => {
  const page = await open();
  // A link that is in order, with a name that would run if it were taken for markup.
  const name = '<img src=x onerror=window.ran=1>';
  page.workbench.classes.rename(page.state.document.classes.at(-1)?.id ?? -1, name);
  const fragment = await sharedFragment(page);
  expect(await page.workbench.links.open(fragment)).toBe(true);
  expect(page.state.document.classes.at(-1)?.name).toBe(name);

  const crafted = [
    '#x=',
    '#x=1',
    '#x=1.',
    '#x=99.AAAA',
    '#x=1.<script>window.ran=1</script>',
    '#x=javascript:window.ran=1',
    '#x=1.__proto__',
    `#x=1.${'A'.repeat(20_000)}`,
    '#x=1.%00%ff',
    '#x=1.//elsewhere.test/',
  ];
  const mutated = Array.from({ length: 40 }, (_, i) => {
    const at = 5 + ((i * 7919) % (fragment.length - 6));
    const letter = 'AZaz09-_'[i % 8] === fragment[at] ? 'B' : ('AZaz09-_'[i % 8] ?? 'B');
    return i % 4 === 0 ? fragment.slice(0, at) : fragment.slice(0, at) + letter + fragment.slice(at + 1);
  });
  const { projectId } = page.state.project;
  for (const hostile of [...crafted, ...mutated]) {
    expect(await page.workbench.links.open(hostile), hostile).toBe(false);
    const { id } = await page.isTold(NO_LINK);
    expect(page.state.view.messages).toHaveLength(1);
    page.workbench.messages.dismiss(id);
    expect(page.state.project.projectId).toBe(projectId);
  }
  // Where it is the page's first address, the page opens as usual.
  for (const hostile of [crafted[3], mutated[0], mutated[1]]) {
    const usual = await open({ ...WASM, picture: 'coffee' }, { fragment: hostile ?? '' });
    await usual.isTold(NO_LINK);
    expect(usual.state.project.projectName).toBe('Espresso');
  }
});
