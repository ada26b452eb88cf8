import { crc32 } from '../base/crc32.ts';

// What must be known of a learner's bytes where they are stored; all else about them is the trainer's
// (`segmentation/trainerStateCodec.ts`, which writes them).

/** "UNLN", little-endian. */
const MAGIC = 0x4e4c_4e55;
const CHECKSUM_AT = 8;
/** The checksum is of everything from here on. */
const CHECKED_FROM = 12;
const STEP_AT = 16;
/** Behind the header come counts, which are small, and 32-bit floats. */
const HEADER_BYTES = 80;
/** Set in every float that is infinite or not a number, and in no small count. */
const EXPONENT_BITS = 0x7f80_0000;

/** What keeps a learner's bytes from being stored or opened; `notFinite`: it diverged. */
export type LearnerStateFault = 'damaged' | 'notFinite';

/** What is wrong with a learner's bytes; `null`: nothing that can be told without its network. */
export function learnerStateFault(state: ArrayBuffer): LearnerStateFault | null {
  if (state.byteLength < HEADER_BYTES || state.byteLength % 4 !== 0) return 'damaged';
  const view = new DataView(state);
  if (view.getUint32(0, true) !== MAGIC) return 'damaged';
  if (view.getUint32(CHECKSUM_AT, true) !== crc32(new Uint8Array(state, CHECKED_FROM))) return 'damaged';
  return isFiniteLearnerState(state) ? null : 'notFinite';
}

/** Whether all numbers of a learner's bytes are finite; quicker than {@link learnerStateFault}. */
export function isFiniteLearnerState(state: ArrayBuffer): boolean {
  for (const word of new Uint32Array(state, HEADER_BYTES)) if ((word & EXPONENT_BITS) === EXPONENT_BITS) return false;
  return true;
}

/** How many steps the learner had taken; the bytes must be without a fault. */
export function learnerStateStep(state: ArrayBuffer): number {
  return new DataView(state).getUint32(STEP_AT, true);
}
