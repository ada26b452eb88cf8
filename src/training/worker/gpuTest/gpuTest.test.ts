import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { restartWebgpu } from '../../../segmentation/backendTestTools.ts';
import { IS_LONG } from '../../../segmentation/effortTestTools.ts';
import { patchShaders } from '../../../segmentation/recording/patchShadersTestTools.ts';
import { DisagreementError } from '../../../segmentation/selfTest/disagreement.ts';
import type { BackendInfo, GpuTestRequest } from '../../backendMessages.ts';
import type { Event } from '../../protocol.ts';
import { InProcessSession } from '../inProcessSessionTestTools.ts';
import { LearningProject } from '../replica/learningProject.ts';
import { Reports } from '../reports/reports.ts';
import { inputOf, projectOf, SETTINGS, scene } from '../sessionTestTools.ts';
import { GpuTest } from './gpuTest.ts';

const NOTHING_KNOWN: GpuTestRequest = { sound: [], always: false };
const SMALLEST = { kind: 'plainUnet', width: 4, depth: 1, stride: 1 } as const;
const lines: InProcessSession[] = [];

beforeEach(() => restartWebgpu());

afterEach(async () => {
  for (const session of lines.splice(0)) await session.close();
});

function withAWrongTurn(code: string): string {
  return code.replaceAll('turned.y * walk.z', 'turned.x * walk.z');
}

/** A worker on WebGPU, as it would start on a graphics processor or on a software adapter. */
async function started(
  gpuTest: GpuTestRequest,
  { pretendsHardware = true, state = null as ArrayBuffer | null } = {},
): Promise<InProcessSession> {
  const session = new InProcessSession({ pretendsHardware });
  lines.push(session);
  const event = session.next('started');
  session.client.start('webgpu', gpuTest);
  await event;
  session.client.open({ ...projectOf([scene()], { ...SETTINGS, network: SMALLEST }), state });
  return session;
}

/** Takes one step, and what was told until it was shown. */
async function typesUntilShown(session: InProcessSession): Promise<string[]> {
  const shown = session.next('prediction');
  session.client.step();
  await shown;
  return session.events.map(({ type }) => type);
}

it('an unknown graphics processor proves itself before a learner that was kept goes on, and need not do so again', async () => {
  const former = await started(NOTHING_KNOWN, { pretendsHardware: false });
  expect(await typesUntilShown(former)).not.toContain('gpuTested');
  const state = await former.client.save();
  await restartWebgpu();
  const first = await started(NOTHING_KNOWN, { state });
  // What was kept is shown before it learns anything.
  const learned = first.next('telemetry');
  first.client.step();
  await learned;
  const types = first.events.map(({ type }) => type);
  expect(types.filter((type) => type === 'gpuTested')).toHaveLength(1);
  expect(types.indexOf('gpuTested')).toBeLessThan(types.indexOf('telemetry'));
  const tested = first.events.find((event) => event.type === 'gpuTested');
  if (tested?.type !== 'gpuTested') throw new Error('Nothing was tested.');
  expect(tested.programs.length).toBeGreaterThan(20);
  expect(tested.programs.every((name) => /^[0-9a-z]{1,16}$/.test(name))).toBe(true);

  const { adapter, programs } = tested;
  await restartWebgpu();
  const again = await started({ sound: [{ adapter, programs }], always: false });
  expect(await typesUntilShown(again)).not.toContain('gpuTested');
});

it('a graphics processor that computes something else is given up before it learns anything', async () => {
  const { device } = tf.backend() as WebGPUBackend;
  patchShaders(device, withAWrongTurn);
  const session = await started(NOTHING_KNOWN);
  const failed = session.next('failed');
  session.client.step();
  const { fatal, cause, message } = await failed;
  expect({ fatal, cause }).toEqual({ fatal: true, cause: 'disagreement' });
  expect(message).toMatch(/^The graphics processor computes “\w+” otherwise than the processor does\.$/);
  expect(session.events.some(({ type }) => type === 'telemetry' || type === 'prediction')).toBe(false);
  await expect(session.client.save()).resolves.toBeNull();
});

it('what was refused while nobody waited is refused again', async () => {
  const backend = tf.backend() as WebGPUBackend;
  patchShaders(backend.device, withAWrongTurn);
  const events: Event[] = [];
  const host = {
    startBackend: () => Promise.reject(new Error('It runs.')),
    now: () => performance.now(),
    wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    yieldToEventLoop: () => new Promise<void>((resolve) => setTimeout(resolve)),
  };
  const gpuTest = new GpuTest(host, new Reports({ send: (event) => events.push(event) }));
  const info: BackendInfo = {
    backend: 'webgpu',
    adapter: 'a card',
    identity: 'a/card',
    software: false,
    fallbackReason: null,
    avoided: false,
  };
  gpuTest.begin(info, NOTHING_KNOWN);
  const opened = projectOf([], { ...SETTINGS, network: SMALLEST });
  const project = new LearningProject({
    type: 'open',
    ...opened,
    pictures: [inputOf(scene())],
    activePictureId: 'scene',
  });
  try {
    await expect(gpuTest.compile(project, 'scene')).rejects.toThrow(DisagreementError);
    await expect(gpuTest.compile(project, 'scene')).rejects.toThrow(DisagreementError);
    expect(events).toEqual([]);
  } finally {
    project.dispose();
  }
});

if (IS_LONG) {
  it('what another adapter proved says nothing of this one', async () => {
    const first = await started(NOTHING_KNOWN);
    const tested = first.next('gpuTested');
    await typesUntilShown(first);
    const { adapter, programs } = await tested;
    await restartWebgpu();
    const other = await started({ sound: [{ adapter: `${adapter} too`, programs }], always: false });
    expect(await typesUntilShown(other)).toContain('gpuTested');
  });
}
