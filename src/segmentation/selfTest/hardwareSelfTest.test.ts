import { afterEach, beforeAll, expect, it, test } from 'vitest';
import { NETWORK_KINDS } from '../../settings/learner.ts';
import { IS_LONG } from '../effortTestTools.ts';
import { pretendHardware } from '../kernels/webgpu/webgpuTilingTestTools.ts';
import { DisagreementError } from './disagreement.ts';
import { breakPrograms, startFaultyDevice, tested } from './faultyDeviceTestTools.ts';
import { HARDWARE_FAULTS } from './shaderFaultsTestTools.ts';

// In a file of its own: a self-test follows the plans that its backend made before, and a backend is tiled in one way.
beforeAll(async () => {
  await startFaultyDevice();
  pretendHardware(true);
});
afterEach(() => breakPrograms(null));

// The one of fewest kinds of kernels, in the quick run.
const networks = IS_LONG ? NETWORK_KINDS : (['plainUnet'] as const);
test.each(networks)(
  'programs of a %s pass on a device that computes as it should',
  { timeout: 300_000 },
  async (kind) => {
    await tested(kind, 200_000);
  },
);

// A fault needs a program that it can spoil, of a network that was run above.
const faults = IS_LONG ? HARDWARE_FAULTS : HARDWARE_FAULTS.filter(({ network }) => network === 'plainUnet');
it.each(faults)('they are refused where $name', { timeout: 120_000 }, async (fault) => {
  expect(breakPrograms(fault.patch)).toBeGreaterThan(0);
  const refusal = await tested(fault.network).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(DisagreementError);
  expect((refusal as DisagreementError).kernel).toMatch(fault.kernel);
});
