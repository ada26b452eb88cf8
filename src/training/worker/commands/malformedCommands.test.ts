import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import type { PictureUse } from '../../../settings/pictureUse.ts';
import type { PictureInput } from '../../protocol.ts';
import { InProcessSession } from '../inProcessSessionTestTools.ts';
import { inputOf, projectOf, SETTINGS, scene } from '../sessionTestTools.ts';
import { assertChannels, assertPicture } from './commandChecks.ts';

let session: InProcessSession;
beforeEach(async () => {
  session = new InProcessSession();
  const started = session.next('started');
  session.client.start('wasm');
  await started;
});
afterEach(() => session.close());

/** Sends what no client sends; resolves with the sentence that the page is told. */
async function sentenceAbout(command: unknown): Promise<string> {
  const failed = session.next('failed');
  session.port.postMessage(command);
  const { message, fatal } = await failed;
  expect(fatal).toBe(false);
  return message;
}

async function expectUsable(): Promise<void> {
  const { step } = await takeStep();
  expect((await takeStep()).step).toBe(step + 1);
}

function takeStep() {
  const prediction = session.next('prediction');
  session.client.step();
  return prediction;
}

/** Changes that make a picture one that cannot be. */
const BROKEN: readonly (readonly [string, Partial<Record<keyof PictureInput, unknown>>])[] = [
  ['in size', { pixels: new ArrayBuffer(12) }],
  ['in size', { classIds: new ArrayBuffer(255) }],
  ['in size', { strokeIds: new ArrayBuffer(256) }],
  ['in size', { truth: new ArrayBuffer(1) }],
  ['in size', { width: 8 }],
  ['not arrive whole', { width: 1e9, height: 1e9 }],
  ['not arrive whole', { width: -16, height: -16 }],
  ['not arrive whole', { height: 16.5 }],
  ['not arrive whole', { height: '16' }],
  ['not arrive whole', { pixels: null }],
  ['not arrive whole', { strokeIds: [1, 2, 3] }],
  ['not arrive whole', { truth: undefined }],
  ['not arrive whole', { pictureId: 7 }],
  ['not arrive whole', { labelRevision: Number.NaN }],
  ['classes that cannot be', { classIds: new Uint8Array(256).fill(32).buffer }],
  ['classes that cannot be', { truth: new Uint8Array(256).fill(254).buffer }],
  ['used in that way', { use: 'watch' }],
  ['held-out strokes', { heldOutStrokeIds: undefined }],
  ['held-out strokes', { heldOutStrokeIds: [0] }],
  ['held-out strokes', { heldOutStrokeIds: [1, 65_536] }],
];

describe('pictures', () => {
  it.each(BROKEN)('that are broken are refused when added, and the project goes on: … %s', async (part, change) => {
    session.client.open(projectOf([scene('a')]));
    await session.next('status');
    const picture = { ...inputOf(scene('b')), ...change };
    expect(await sentenceAbout({ type: 'addPicture', projectId: 'scene', picture })).toContain(part);
    await expectUsable();
    expect(await session.client.predict('b')).toBeNull();
  });

  it('that are broken are refused when the project opens, and the next project opens', async () => {
    for (const [part, change] of BROKEN) {
      const pictures = [inputOf(scene('a')), { ...inputOf(scene('b')), ...change }];
      expect(await sentenceAbout({ type: 'open', ...projectOf([]), pictures })).toContain(part);
    }
    session.client.open(projectOf([scene('a')]));
    await expectUsable();
  });

  it('that come twice are refused', async () => {
    session.client.open(projectOf([scene('a')]));
    await session.next('status');
    const again = { type: 'addPicture', projectId: 'scene', picture: inputOf(scene('a')) };
    expect(await sentenceAbout(again)).toContain('came twice');
    const both = { type: 'open', ...projectOf([]), pictures: [inputOf(scene('a')), inputOf(scene('a'))] };
    expect(await sentenceAbout(both)).toContain('came twice');
  });
});

describe('commands', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['does not know', null],
    ['does not know', 'train'],
    ['does not know', {}],
    ['does not know', { type: 'fly' }],
    ['not arrive whole', { type: 'addPicture', projectId: 'scene' }],
    ['not arrive whole', { type: 'addPicture', projectId: 'scene', picture: null }],
    ['used in that way', { type: 'setUse', projectId: 'scene', pictureId: 'a', use: 'all' }],
    ['not a label patch', { type: 'patch', projectId: 'scene', pictureId: 'a', patch: new ArrayBuffer(9) }],
    ['too early', { type: 'patch', projectId: 'scene', pictureId: 'a' }],
    ['list of classes', { type: 'configure', projectId: 'scene', channels: [], settings: SETTINGS }],
    ['list of classes', { type: 'configure', projectId: 'scene', channels: [3, 3], settings: SETTINGS }],
    ['list of classes', { type: 'configure', projectId: 'scene', channels: '37', settings: SETTINGS }],
    ['settings', { type: 'configure', projectId: 'scene', channels: [3, 7] }],
    ['number of steps', { type: 'train' }],
    ['number of steps', { type: 'train', steps: 0 }],
    ['number of steps', { type: 'train', steps: 1.5 }],
    ['held-out strokes', { type: 'holdOut', projectId: 'scene' }],
    ['held-out strokes', { type: 'holdOut', projectId: 'scene', pictures: [null] }],
    ['held-out strokes', { type: 'holdOut', projectId: 'scene', pictures: [{ pictureId: 'a', strokeIds: [1.5] }] }],
    ['held-out strokes', { type: 'holdOut', projectId: 'scene', pictures: [{ pictureId: 'gone', strokeIds: '7' }] }],
    ['cannot be compared', { type: 'compare', projectId: 'scene' }],
    ['cannot be compared', { type: 'compare', projectId: 'scene', difference: 'loss' }],
    ['cannot be compared', { type: 'compare', projectId: 'scene', difference: { setting: 'network', value: 'tree' } }],
    ['cannot be compared', { type: 'compare', projectId: 'scene', difference: { setting: 'stepBudget', value: 2 } }],
    ['cannot be inspected', { type: 'inspect' }],
    ['cannot be inspected', { type: 'inspect', on: 'yes' }],
    ['saved learner', { type: 'restore', projectId: 'scene' }],
    ['saved learner', { type: 'restore', projectId: 'scene', state: new ArrayBuffer(100) }],
  ];

  it.each(cases)(
    'that are broken are answered with a sentence, and the session goes on: … %s',
    async (part, command) => {
      session.client.open(projectOf([scene('a'), scene('b')]));
      await takeStep();
      expect(await sentenceAbout(command)).toContain(part);
      await expectUsable();
    },
  );

  it.each([
    { projectId: 5 },
    { pictures: undefined },
    { pictures: [null] },
    { channels: [99] },
    { settings: null },
    { state: 'much' },
  ])('to open what cannot be opened leave the way free for the next project: %o', async (change) => {
    const open = { type: 'open', ...projectOf([]), pictures: [inputOf(scene('a'))], ...change };
    expect(await sentenceAbout(open)).toMatch(/\.$/);
    session.client.open(projectOf([scene('a')]));
    await expectUsable();
  });

  it('that activate nothing leave a project without a picture to show', async () => {
    session.client.open({ ...projectOf([scene('a')]), activePictureId: 'gone' });
    const paused = session.next('status', ({ phase }) => phase === 'paused');
    session.client.step();
    expect((await paused).step).toBe(1);
    await session.client.save();
    expect(session.events.some(({ type }) => type === 'prediction')).toBe(false);
  });
});

describe('snapshots that cannot be', () => {
  it.each([{}, { step: '1' }, { step: null }, { step: -1 }, { step: 0.5 }, { step: {} }])(
    'are not there: %o',
    async (at) => {
      session.client.open(projectOf([scene('a')]));
      await takeStep();
      const answered = new Promise<unknown>((resolve) => {
        session.port.addEventListener('message', ({ data }) => {
          if (data.type === 'predicted' && data.requestId === 77) resolve(data.prediction);
        });
      });
      session.port.postMessage({ type: 'predictPast', requestId: 77, pictureId: 'a', ...at });
      expect(await answered).toBeNull();
      session.port.postMessage({ type: 'branch', projectId: 'scene', ...at });
      await expectUsable();
      expect(session.events.some(({ type }) => type === 'wentBack' || type === 'failed')).toBe(false);
    },
  );
});

describe('pixels that cannot be', () => {
  it.each([
    {},
    { x: 3 },
    { x: -1, y: 0 },
    { x: 0, y: 16 },
    { x: 0.5, y: 0 },
    { x: '3', y: 5 },
    { x: Number.NaN, y: 0 },
    { x: 0, y: Number.POSITIVE_INFINITY },
  ])('are answered with a sentence and nothing else: %o', async (at) => {
    session.client.open(projectOf([scene('a')]));
    const inspected = session.next('inspection');
    session.client.inspect(true);
    await inspected;
    const answered = new Promise<unknown>((resolve) => {
      session.port.addEventListener('message', ({ data }) => {
        if (data.type === 'probed' && data.requestId === 77) resolve(data.pixel);
      });
    });
    expect(await sentenceAbout({ type: 'probe', requestId: 77, pictureId: 'a', ...at })).toContain('no such pixel');
    expect(await answered).toBeNull();
    await expectUsable();
  });
});

test('of pictures, the checks let through what fits and nothing else', () => {
  const pictures = fc.record({
    pictureId: fc.string(),
    width: fc.integer({ min: 1, max: 9 }),
    height: fc.integer({ min: 1, max: 9 }),
    labelRevision: fc.nat(),
    withTruth: fc.boolean(),
    use: fc.constantFrom<PictureUse>('train', 'test', 'skip'),
    off: fc.integer({ min: -1, max: 1 }),
    plane: fc.constantFrom('pixels' as const, 'classIds' as const, 'strokeIds' as const),
  });
  fc.assert(
    fc.property(pictures, ({ withTruth, off, plane, ...facts }) => {
      const size = facts.width * facts.height;
      const bytes = { pixels: 4 * size, classIds: size, strokeIds: 2 * size };
      bytes[plane] += off;
      const input: PictureInput = {
        ...facts,
        pixels: new ArrayBuffer(bytes.pixels),
        classIds: new ArrayBuffer(bytes.classIds),
        strokeIds: new ArrayBuffer(bytes.strokeIds),
        truth: withTruth ? new ArrayBuffer(size) : null,
        heldOutStrokeIds: [],
      };
      if (off === 0) expect(() => assertPicture(input)).not.toThrow();
      else expect(() => assertPicture(input)).toThrow('differ in size');
    }),
  );
});

test('of class lists, the checks let through one to 32 different ids', () => {
  expect(() => assertChannels(Array.from({ length: 32 }, (_, id) => id))).not.toThrow();
  for (const wrong of [[], [32], [-1], [0.5], [1, 2, 1], [Number.NaN]]) expect(() => assertChannels(wrong)).toThrow();
});
