import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodePatch } from '../../../labels/patchCodec.ts';
import { clonePlanes, UNLABELED } from '../../../labels/planes.ts';
import type { LearnerSettings } from '../../../settings/learner.ts';
import type { Event } from '../../protocol.ts';
import { InProcessSession } from '../inProcessSessionTestTools.ts';
import { paint, projectOf, SETTINGS, SIZE, scene, type TestPicture } from '../sessionTestTools.ts';
import { SEARCH_STOPPED } from './sentences.ts';

type Inspected = Extract<Event, { type: 'inspection' }>;

let session: InProcessSession;
beforeEach(async () => {
  session = new InProcessSession();
  const started = session.next('started');
  session.client.start('wasm');
  await started;
});
afterEach(() => session.close());

/** Opens one picture and inspects it as it is at first. */
async function inspect(settings: LearnerSettings = SETTINGS, picture = scene()): Promise<Inspected> {
  session.client.open(projectOf([picture], settings));
  const inspected = session.next('inspection');
  session.client.inspect(true);
  return inspected;
}

function step(): Promise<Inspected> {
  const inspected = session.next('inspection');
  session.client.step();
  return inspected;
}

/** After everything that was asked before. */
async function settled(): Promise<void> {
  await session.client.save();
}

const mapOf = ({ labelLoss }: Inspected) => new Float32Array(labelLoss);
const inspections = () => session.events.filter(({ type }) => type === 'inspection').length;
const labelOf = ({ planes }: TestPicture, x: number, y: number) => planes.classIds[y * SIZE + x];

describe('an inspection', () => {
  it('comes at once, of an untrained learner, and is black where nothing was painted', async () => {
    const picture = scene();
    const found = await inspect(SETTINGS, picture);
    expect(found).toMatchObject({ pictureId: 'scene', step: 0, labelRevision: 5, width: SIZE, height: SIZE });
    mapOf(found).forEach((value, i) => {
      expect(value > 0, `pixel ${i}`).toBe(picture.planes.classIds[i] !== UNLABELED);
    });
    const { unlabeled, unlabeledZero, labeled } = found.tally;
    expect(unlabeledZero).toBe(unlabeled);
    expect(labeled).toBe(picture.planes.classIds.filter((id) => id !== UNLABELED).length);
    expect(new Float32Array(found.smoothness ?? new ArrayBuffer()).some((value) => value > 0)).toBe(true);
  });

  it('has no smoothness map where that is off', async () => {
    expect((await inspect({ ...SETTINGS, smoothness: { ...SETTINGS.smoothness, weight: 0 } })).smoothness).toBeNull();
  });

  it('follows every step, and none too many', async () => {
    await inspect();
    expect((await step()).step).toBe(1);
    expect((await step()).step).toBe(2);
    await settled();
    expect(inspections()).toBe(3);
  });

  it('follows the treatment while nothing trains', async () => {
    await inspect();
    const next = session.next('inspection');
    session.client.configure('scene', [3, 7], { ...SETTINGS, unlabeled: 'asBackground', backgroundClassId: 7 });
    const found = await next;
    expect(mapOf(found).every((value) => value > 0)).toBe(true);
    expect(found.tally).toMatchObject({ unlabeledZero: 0, unlabeledPushed: found.tally.unlabeled });
  });

  it('follows strokes, and strokes that are held out', async () => {
    const picture = scene();
    const { tally: before } = await inspect(SETTINGS, picture);
    const mine = clonePlanes(picture.planes);
    const patch = paint(mine, 3, 9, 0, SIZE - 1, 5);
    const painted = session.next('inspection');
    session.client.patch('scene', 'scene', encodePatch(patch), 6);
    const { tally, labelRevision } = await painted;
    expect(labelRevision).toBe(6);
    expect(tally.labeled).toBeGreaterThan(before.labeled);
    const heldOut = session.next('inspection');
    session.client.holdOut('scene', [{ pictureId: 'scene', strokeIds: [9] }]);
    expect((await heldOut).tally).toEqual(before);
  });

  it('accompanies training, and the last step', async () => {
    await inspect({ ...SETTINGS, stepBudget: 30 });
    const last = session.next('inspection', (event) => event.step === 30);
    session.client.train();
    await last;
    const predictions = session.events.filter(({ type }) => type === 'prediction').length;
    await settled();
    expect(inspections()).toBe(1 + predictions);
  });

  it('is of the picture on the screen', async () => {
    session.client.open(projectOf([scene('a'), scene('b', 20, 12)]));
    const first = session.next('inspection');
    session.client.inspect(true);
    expect((await first).pictureId).toBe('a');
    const second = session.next('inspection');
    session.client.activate('scene', 'b');
    expect(await second).toMatchObject({ pictureId: 'b', width: 20, height: 12 });
  });

  it('ends when it is switched off, and was never there before', async () => {
    session.client.open(projectOf([scene()]));
    const shown = session.next('prediction');
    session.client.step();
    await shown;
    await settled();
    expect(inspections()).toBe(0);
    await inspect();
    const before = inspections();
    session.client.inspect(false);
    const prediction = session.next('prediction');
    session.client.step();
    await prediction;
    await settled();
    expect(inspections()).toBe(before);
    expect(await session.client.probe('scene', 2, 3)).toBeNull();
  });

  it('leaves what is learned as it is', async () => {
    const losses = () => session.events.flatMap((event) => (event.type === 'telemetry' ? event.points : []));
    await inspect();
    for (let i = 0; i < 3; i++) await step();
    const inspected = losses();
    session.client.inspect(false);
    session.client.open(projectOf([scene()]));
    for (let i = 0; i < 3; i++) {
      const prediction = session.next('prediction');
      session.client.step();
      await prediction;
    }
    expect(losses().slice(3)).toEqual(inspected);
  });
});

describe('a pixel', () => {
  it('is told with its label, its loss and its gradient', async () => {
    const picture = scene();
    const found = await inspect(SETTINGS, picture);
    expect(labelOf(picture, 2, 5)).toBe(3);
    const pixel = await session.client.probe('scene', 2, 5);
    expect(pixel).toMatchObject({ step: 0, labelRevision: 5, x: 2, y: 5, outputs: [3, 7], label: 0, target: 0 });
    expect(pixel?.term).toBeGreaterThan(0);
    expect(pixel?.denominator).toBeGreaterThan(0);
    expect(pixel?.probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 6);
    const pull = pixel?.labelGradient.reduce((sum, slope) => sum + Math.abs(slope), 0);
    expect(pull).toBeCloseTo(mapOf(found)[5 * SIZE + 2] ?? Number.NaN, 6);
    expect(pixel?.way).toBeNull();
  });

  it('that is unlabeled does not count', async () => {
    const picture = scene();
    await inspect(SETTINGS, picture);
    expect(labelOf(picture, 8, 8)).toBe(UNLABELED);
    const pixel = await session.client.probe('scene', 8, 8);
    expect(pixel).toMatchObject({ label: null, target: null, term: null, classWeight: null });
    expect(pixel?.labelGradient.every((slope) => slope === 0)).toBe(true);
  });

  it('is told with the way that the newest step took the weights, also after the labels changed', async () => {
    await inspect();
    await step();
    const first = await session.client.probe('scene', 2, 5);
    expect(first?.way).toMatchObject({ fromStep: 0, toStep: 1 });
    expect(first?.way?.updateNorm).toBeGreaterThan(0);
    expect(first?.way?.biasAfter).not.toEqual(first?.way?.biasBefore);
    await step();
    const second = await session.client.probe('scene', 2, 5);
    expect(second?.way?.biasBefore).toEqual(first?.way?.biasAfter);
    const again = session.next('inspection');
    session.client.configure('scene', [3, 7], { ...SETTINGS, loss: 'focal' });
    await again;
    expect((await session.client.probe('scene', 2, 5))?.way).toEqual(second?.way);
    const anew = session.next('inspection');
    session.client.reset();
    expect((await anew).step).toBe(0);
    expect((await session.client.probe('scene', 2, 5))?.way).toBeNull();
  });

  it('of another picture, or of none, is not told', async () => {
    expect(await session.client.probe('scene', 2, 5)).toBeNull();
    session.client.open(projectOf([scene()]));
    expect(await session.client.probe('scene', 2, 5)).toBeNull();
    await inspect();
    expect(await session.client.probe('gone', 3, 5)).toBeNull();
  });
});

it('a search for a learning rate is not ended by looking on', async () => {
  await inspect();
  const over = session.next('rateSearch', ({ isOver }) => isOver);
  const searching = session.next('status', ({ phase }) => phase === 'searching');
  session.client.findRate();
  await searching;
  const pixel = session.client.probe('scene', 2, 5);
  session.client.inspect(true);
  expect((await over).stoppedBecause).not.toBe(SEARCH_STOPPED);
  expect(await pixel).toMatchObject({ step: 0 });
});
