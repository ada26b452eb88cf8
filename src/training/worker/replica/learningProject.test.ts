import { beforeAll, expect, test } from 'vitest';
import { encodePatch } from '../../../labels/patchCodec.ts';
import { startBackend } from '../../../segmentation/backend.ts';
import { WASM_PATHS } from '../../../segmentation/backendTestTools.ts';
import { inputOf, paint, projectOf, SETTINGS, SIZE, scene } from '../sessionTestTools.ts';
import { LearningProject } from './learningProject.ts';
import type { PictureReplica } from './pictureReplica.ts';

beforeAll(async () => {
  await startBackend('cpu', WASM_PATHS);
});

const noTurn = () => Promise.resolve();

/** A project of these pictures, the first one active, whose learner took a step. */
async function projectAfterAStep(ids: readonly string[], keptMapBytes?: number) {
  const pictures = ids.map((id) => inputOf(scene(id)));
  const activePictureId = ids[0] ?? null;
  const project = new LearningProject({ type: 'open', ...projectOf([]), pictures, activePictureId }, keptMapBytes);
  await project.trainer.trainSteps(1);
  const picture = (id: string) => project.picture(id) as PictureReplica;
  return { project, picture };
}

/** Scores what is to be scored until nothing is left; the ids in order. */
async function scoreAll(project: LearningProject): Promise<string[]> {
  const ids: string[] = [];
  for (let picture = project.nextToScore(); picture !== null; picture = project.nextToScore()) {
    ids.push(picture.id);
    await project.scoreUnasked(picture, noTurn);
  }
  return ids;
}

test('class maps are kept while there is room; a picture without one is predicted again for new labels', async () => {
  const { project, picture } = await projectAfterAStep(['a', 'b', 'c'], SIZE * SIZE);
  expect(await scoreAll(project)).toEqual(['b', 'c']);
  expect(['b', 'c'].map((id) => project.rescore(picture(id)) === null)).toEqual([false, true]);
  const { planes } = scene();
  const patch = encodePatch(paint(planes, 7, 3, 4, 4, 4, 10));
  for (const id of ['b', 'c']) project.applyPatch(picture(id), patch.slice().buffer, 6);
  expect(await scoreAll(project)).toEqual(['c']);
  // The active one's is kept in any case.
  await project.predictScored(picture('a'), noTurn);
  expect(project.rescore(picture('a'))?.labelRevision).toBe(5);
  project.dispose();
});

test('other rates leave the scores standing, other outputs do not', async () => {
  const { project } = await projectAfterAStep(['a', 'b']);
  expect(await scoreAll(project)).toEqual(['b']);
  expect(project.configure({ channels: [3, 7], settings: { ...SETTINGS, learningRate: 0.001 } })).toBe('kept');
  expect(await scoreAll(project)).toEqual([]);
  expect(project.configure({ channels: [3, 7, 9], settings: SETTINGS })).toBe('remade');
  expect(await scoreAll(project)).toEqual(['b']);
  expect(project.configure({ channels: [3, 7, 9], settings: { ...SETTINGS, unlabeled: 'extraClass' } })).toBe('remade');
  expect(await scoreAll(project)).toEqual(['b']);
  expect(await project.reset(null)).not.toBeNull();
  expect(await scoreAll(project)).toEqual([]);
  project.dispose();
});

test('a picture whose prediction fails is not tried for ever', async () => {
  const { project, picture } = await projectAfterAStep(['a', 'b', 'c']);
  // Its parameters are gone, as on a lost device.
  project.dispose();
  await expect(project.scoreUnasked(picture('b'), noTurn)).rejects.toThrow();
  expect(project.nextToScore()?.id).toBe('c');
});
