import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clonePlanes, type LabelPlanes } from '../../../src/labels/planes.ts';
import { newPicture, stateOf } from '../../drivers/storedPainting.ts';
import { openBeside } from '../records.ts';
import { pass, stopTime } from '../time.ts';
import { KeptPainting, startEmptyBrowser } from './keptPainting.ts';

let kept: KeptPainting;

beforeEach(startEmptyBrowser);

afterEach(() => kept.close());

/** Another page would read all that was painted so far. */
async function expectStored(): Promise<void> {
  const { planes, labelRevision } = kept.painting;
  expect(await kept.stored()).toEqual({ planes, labelRevision });
}

it('a long journal becomes a snapshot, but not while a gesture is open', async () => {
  kept = await KeptPainting.start();
  const { autosave, painting } = kept;
  for (let i = 0; i < 70; i++) {
    const bytes = painting.paint();
    autosave.patch('p', 'cat', painting.labelRevision, () => null, bytes);
    if (i % 10 === 0) await autosave.flush();
  }
  await autosave.flush();
  await new Promise((resolve) => setImmediate(resolve));
  await autosave.idle();
  expect(await kept.journal()).toBe(70);
  kept.paint(1);
  await vi.waitUntil(async () => (await kept.journal()) === 0, 10_000);
  await expectStored();
  kept.paint(40);
  await autosave.flush();
  expect(await kept.journal()).toBe(40);
  // The next session's autosave counts what this one left.
  kept.visitAgain();
  kept.paint(24);
  await vi.waitUntil(async () => (await kept.journal()) === 0, 10_000);
  await expectStored();
  expect(painting.labelRevision).toBe(71 + 40 + 24);
});

it('a snapshot is of its revision, though painting goes on while it is stored', async () => {
  kept = await KeptPainting.start();
  const { autosave, painting } = kept;
  kept.paint(63);
  let then: LabelPlanes | null = null;
  const bytes = painting.paint();
  autosave.patch(
    'p',
    'cat',
    painting.labelRevision,
    () => {
      then = clonePlanes(painting.planes);
      // It has to be opened again first.
      kept.storage.close();
      queueMicrotask(() => painting.paint());
      return painting.planes;
    },
    bytes,
  );
  await autosave.flush();
  await vi.waitUntil(async () => (await kept.journal()) === 0, 10_000);
  expect(then).not.toEqual(painting.planes);
  expect((await kept.stored())?.planes).toEqual(then);
});

describe.each(['hidden', 'left'] as const)('a page that is %s', (isNow) => {
  beforeEach(stopTime);
  afterEach(() => void vi.useRealTimers());

  it('stores at once what would have been stored a moment later', async () => {
    kept = await KeptPainting.start();
    kept.paint(3);
    await kept.autosave.idle();
    expect(await kept.journal()).toBe(0);
    kept.page(isNow);
    await kept.autosave.idle();
    expect(await kept.journal()).toBe(3);
    await expectStored();
  });

  it('stores nothing of a project that is about to be deleted, and goes on where it was not', async () => {
    kept = await KeptPainting.start();
    await kept.autosave.suspend();
    kept.paint(2);
    kept.page(isNow);
    await kept.autosave.idle();
    expect(await kept.journal()).toBe(0);
    kept.autosave.resume();
    await kept.autosave.idle();
    expect(await kept.journal()).toBe(2);
  });
});

it('an older page lets a newer one have the database, and says so', async () => {
  kept = await KeptPainting.start();
  (await openBeside(99)).close();
  kept.paint(1);
  await kept.autosave.flush();
  expect(kept.told).toEqual(['blocked']);
  expect(kept.autosave.hasUnsaved).toBe(true);
});

it('what fails once is tried again unheard, and what keeps failing holds nothing else up', async () => {
  kept = await KeptPainting.start();
  const { autosave, told } = kept;
  let calls = 0;
  autosave.state('p', () => {
    calls++;
    return calls === 1 ? stateOf('', []) : stateOf('p', ['cat']);
  });
  await autosave.flush();
  expect({ calls, told, hasUnsaved: autosave.hasUnsaved }).toEqual({ calls: 2, told: ['saved'], hasUnsaved: false });
  autosave.state('p', () => stateOf('', []));
  kept.paint(1);
  await autosave.flush();
  await autosave.flush();
  expect(told).toEqual(['saved', 'failed']);
  expect(autosave.hasUnsaved).toBe(true);
  await expectStored();
});

it('a trouble that is over is none any more, and the next one is told', async () => {
  kept = await KeptPainting.start();
  const { autosave, told } = kept;
  for (let round = 0; round < 2; round++) {
    autosave.state('p', () => stateOf('', []));
    await autosave.flush();
    expect(autosave.isInTrouble).toBe(true);
    autosave.state('p', () => stateOf('p', ['cat']));
    await autosave.flush();
    expect(autosave.isInTrouble).toBe(false);
  }
  expect(told).toEqual(['failed', 'saved', 'failed', 'saved']);
});

it('what could not be stored is stored by itself a few seconds later', async () => {
  kept = await KeptPainting.start();
  const { autosave, told } = kept;
  stopTime();
  try {
    let calls = 0;
    autosave.state('p', () => {
      calls++;
      return calls <= 2 ? stateOf('', []) : stateOf('p', ['cat']);
    });
    await autosave.flush();
    expect(told).toEqual(['failed']);
    await pass(6000);
    await autosave.idle();
    expect(told).toEqual(['failed', 'saved']);
  } finally {
    vi.useRealTimers();
  }
});

it('what waits when it is disposed of is stored', async () => {
  kept = await KeptPainting.start();
  kept.paint(2);
  kept.autosave.dispose();
  await kept.autosave.idle();
  await expectStored();
});

it('gestures and facts wait until what they build on is stored, and go then', async () => {
  kept = await KeptPainting.startUnstored();
  const { autosave, storage, painting, told } = kept;
  let attempts = 0;
  let isCreated = false;
  autosave.base('p', {
    get isCreated() {
      return isCreated;
    },
    holds: () => isCreated,
    complete: async () => {
      attempts++;
      if (attempts <= 2) throw new Error('There is no room.');
      await storage.createProject(stateOf('p', ['cat']), [newPicture('cat', painting.planes)]);
      isCreated = true;
    },
  });
  autosave.state('p', () => ({ ...stateOf('p', ['cat']), name: 'Renamed' }));
  await autosave.idle();
  kept.paint(1);
  expect(told).toEqual(['failed']);
  expect(await kept.journal()).toBe(0);
  expect(await storage.list()).toEqual([]);
  await autosave.flush();
  expect(told).toEqual(['failed', 'saved']);
  await expectStored();
  expect((await storage.list())[0]?.name).toBe('Renamed');
});
