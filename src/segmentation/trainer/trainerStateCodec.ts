import { NETWORK_KINDS, OPTIMIZERS } from '../../settings/learner.ts';
import type { RandomState } from '../random.ts';
import {
  DivergedStateError,
  type StateVector,
  type TrainerState,
  TrainerStateError,
  VECTOR_ROLES,
  type VectorRole,
} from './trainerState.ts';

/** "UNLN", little-endian. */
const MAGIC = 0x4e4c_4e55;
const VERSION = 3;
/** Without a list of vectors: parameters and as many moments as a byte of the header says, all of one length. */
const UNLISTED_VERSION = 2;
const HEADER_BYTES = 80;
/** Of a vector in the list: what it holds, and how many numbers. */
const ENTRY_BYTES = 8;
const MAX_CHANNELS = 32;

const DIVERGED = 'The numbers of this learner are no longer finite, so it is of no use.';

/**
 * Bytes of a state, little-endian: an 80-byte header (magic, version, CRC-32 of everything behind it, counts, network,
 * random state, class ids), the list of its vectors, then their numbers as 32-bit floats. Throws a
 * {@link DivergedStateError} where one of these is not finite.
 */
export function encodeTrainerState(state: TrainerState): ArrayBuffer {
  const { vectors } = state;
  const first = HEADER_BYTES + ENTRY_BYTES * vectors.length;
  const numbers = vectors.reduce((sum, { values }) => sum + values.length, 0);
  const buffer = new ArrayBuffer(first + 4 * numbers);
  const view = new DataView(buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(12, vectors.length, true);
  view.setUint32(16, state.step, true);
  view.setUint32(20, state.updates, true);
  state.random.forEach((word, i) => {
    view.setUint32(24 + 4 * i, word, true);
  });
  const { kind, width, depth, stride } = state.network;
  const bytes = [
    NETWORK_KINDS.indexOf(kind),
    width,
    depth,
    stride,
    OPTIMIZERS.indexOf(state.optimizer),
    0,
    state.extraChannel ? 1 : 0,
    state.channels.length,
    ...state.channels,
  ];
  new Uint8Array(buffer, 40).set(bytes);
  let at = first;
  vectors.forEach(({ role, values }, i) => {
    view.setUint32(HEADER_BYTES + ENTRY_BYTES * i, VECTOR_ROLES.indexOf(role), true);
    view.setUint32(HEADER_BYTES + ENTRY_BYTES * i + 4, values.length, true);
    if (!values.every(Number.isFinite)) throw new DivergedStateError(DIVERGED);
    // As they lie in memory: what WebAssembly and WebGPU run on is little-endian.
    new Float32Array(buffer, at, values.length).set(values);
    at += values.byteLength;
  });
  view.setUint32(8, crc32(new Uint8Array(buffer, 12)), true);
  return buffer;
}

/**
 * The state in `bytes`. Throws a {@link TrainerStateError} for bytes that {@link encodeTrainerState} did not write, in this
 * version or the one before, and for numbers that are not finite.
 */
export function decodeTrainerState(bytes: ArrayBuffer): TrainerState {
  if (bytes.byteLength < HEADER_BYTES) throw new TrainerStateError('The saved learner is cut off.');
  const view = new DataView(bytes);
  if (view.getUint32(0, true) !== MAGIC) throw new TrainerStateError('These bytes are not a saved learner.');
  const version = view.getUint32(4, true);
  if (version !== VERSION && version !== UNLISTED_VERSION) {
    throw new TrainerStateError(`The saved learner is of version ${version}; this page reads up to ${VERSION}.`);
  }
  if (view.getUint32(8, true) !== crc32(new Uint8Array(bytes, 12))) {
    throw new TrainerStateError('The saved learner is damaged or cut off.');
  }
  const byte = (i: number) => view.getUint8(40 + i);
  const kind = NETWORK_KINDS[byte(0)];
  const optimizer = OPTIMIZERS[byte(4)];
  const stride = byte(3);
  const channelCount = byte(7);
  const vectors = version === VERSION ? listedVectors(view) : unlistedVectors(view, byte(5));
  const random = [24, 28, 32, 36].map((at) => view.getUint32(at, true)) as unknown as RandomState;
  if (
    kind === undefined ||
    optimizer === undefined ||
    (stride !== 1 && stride !== 2 && stride !== 4) ||
    channelCount > MAX_CHANNELS ||
    random.every((word) => word === 0) ||
    vectors === null
  ) {
    throw new TrainerStateError('The saved learner contradicts itself.');
  }
  if (!vectors.every(({ values }) => values.every(Number.isFinite))) throw new DivergedStateError(DIVERGED);
  return {
    network: { kind, width: byte(1), depth: byte(2), stride },
    channels: Array.from({ length: channelCount }, (_, i) => byte(8 + i)),
    extraChannel: byte(6) === 1,
    optimizer,
    step: view.getUint32(16, true),
    updates: view.getUint32(20, true),
    random,
    vectors,
  };
}

/** `null` where the list is not one, or says another length than the bytes have. */
function listedVectors(view: DataView): StateVector[] | null {
  const count = view.getUint32(12, true);
  const first = HEADER_BYTES + ENTRY_BYTES * count;
  if (first > view.byteLength) return null;
  const entries = Array.from({ length: count }, (_, i) => ({
    role: VECTOR_ROLES[view.getUint32(HEADER_BYTES + ENTRY_BYTES * i, true)],
    length: view.getUint32(HEADER_BYTES + ENTRY_BYTES * i + 4, true),
  }));
  return vectorsFrom(view, first, entries);
}

function unlistedVectors(view: DataView, moments: number): StateVector[] | null {
  const length = view.getUint32(12, true);
  // Without numbers it would look like an empty list of the newer version, whose checksum leaves the version out.
  if (length === 0) return null;
  const roles = Array.from({ length: 1 + moments }, (_, i): VectorRole => (i === 0 ? 'parameters' : 'moment'));
  const entries = roles.map((role) => ({ role, length }));
  return vectorsFrom(view, HEADER_BYTES, entries);
}

/** The vectors whose numbers fill the bytes from `first` on; `null` where they do not. */
function vectorsFrom(
  view: DataView,
  first: number,
  entries: readonly { readonly role: VectorRole | undefined; readonly length: number }[],
): StateVector[] | null {
  const numbers = entries.reduce((sum, { length }) => sum + length, 0);
  if (view.byteLength !== first + 4 * numbers) return null;
  const vectors: StateVector[] = [];
  let at = first;
  for (const { role, length } of entries) {
    if (role === undefined) return null;
    const start = at;
    vectors.push({ role, values: Float32Array.from({ length }, (_, i) => view.getFloat32(start + 4 * i, true)) });
    at += 4 * length;
  }
  return vectors;
}

/** CRC-32 of ISO 3309 (the one of zip and PNG), reflected polynomial 0xedb88320. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffff_ffff) >>> 0;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb8_8320 : crc >>> 1;
  return crc;
});
