import {
  type LearnerSettings,
  NETWORK_KINDS,
  type NetworkSettings,
  OPTIMIZERS,
  type OptimizerKind,
} from '../settings/learner.ts';
import { MOMENT_COUNT } from './optimizer.ts';
import type { RandomState } from './random.ts';

/** Why bytes are not a learner's state, or not one of this learner, in one sentence for a person. */
export class TrainerStateError extends Error {
  override readonly name = 'TrainerStateError';
}

/** Everything that a learner needs to go on where it was. */
export interface TrainerState {
  readonly network: NetworkSettings;
  /** Class ids in channel order. */
  readonly channels: readonly number[];
  /** True when a further output stands for "unlabeled". */
  readonly extraChannel: boolean;
  readonly optimizer: OptimizerKind;
  readonly step: number;
  /** Updates since the moments were zero. */
  readonly updates: number;
  readonly random: RandomState;
  /** All parameters, flat, with the gaps between them. */
  readonly parameters: Float32Array<ArrayBuffer>;
  /** The optimiser's moment vectors, each as long as `parameters`. */
  readonly moments: readonly Float32Array<ArrayBuffer>[];
}

/** "UNLN", little-endian. */
const MAGIC = 0x4e4c_4e55;
const VERSION = 2;
const HEADER_BYTES = 80;
const MOST_CHANNELS = 32;

/**
 * Bytes of a state, little-endian: an 80-byte header (magic, version, CRC-32 of everything behind it, counts, network,
 * random state, class ids), then the parameters and the moments as 32-bit floats.
 */
export function encodeTrainerState(state: TrainerState): ArrayBuffer {
  const count = state.parameters.length;
  const buffer = new ArrayBuffer(HEADER_BYTES + 4 * count * (1 + state.moments.length));
  const view = new DataView(buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(12, count, true);
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
    state.moments.length,
    state.extraChannel ? 1 : 0,
    state.channels.length,
    ...state.channels,
  ];
  new Uint8Array(buffer, 40).set(bytes);
  [state.parameters, ...state.moments].forEach((vector, i) => {
    vector.forEach((value, j) => {
      view.setFloat32(HEADER_BYTES + 4 * (i * count + j), value, true);
    });
  });
  view.setUint32(8, crc32(new Uint8Array(buffer, 12)), true);
  return buffer;
}

/** The state in `bytes`. Throws a {@link TrainerStateError} for bytes that {@link encodeTrainerState} did not write. */
export function decodeTrainerState(bytes: ArrayBuffer): TrainerState {
  if (bytes.byteLength < HEADER_BYTES) throw new TrainerStateError('The saved learner is cut off.');
  const view = new DataView(bytes);
  if (view.getUint32(0, true) !== MAGIC) throw new TrainerStateError('These bytes are not a saved learner.');
  const version = view.getUint32(4, true);
  if (version !== VERSION) {
    throw new TrainerStateError(`The saved learner is of version ${version}; this page reads version ${VERSION}.`);
  }
  if (view.getUint32(8, true) !== crc32(new Uint8Array(bytes, 12))) {
    throw new TrainerStateError('The saved learner is damaged or cut off.');
  }
  const count = view.getUint32(12, true);
  const byte = (i: number) => view.getUint8(40 + i);
  const kind = NETWORK_KINDS[byte(0)];
  const optimizer = OPTIMIZERS[byte(4)];
  const stride = byte(3);
  const momentCount = byte(5);
  const channelCount = byte(7);
  const random = [24, 28, 32, 36].map((at) => view.getUint32(at, true)) as unknown as RandomState;
  if (
    kind === undefined ||
    optimizer === undefined ||
    (stride !== 1 && stride !== 2 && stride !== 4) ||
    channelCount > MOST_CHANNELS ||
    random.every((word) => word === 0) ||
    bytes.byteLength !== HEADER_BYTES + 4 * count * (1 + momentCount)
  ) {
    throw new TrainerStateError('The saved learner contradicts itself.');
  }
  const vectors = Array.from({ length: 1 + momentCount }, (_, i) =>
    Float32Array.from({ length: count }, (_, j) => view.getFloat32(HEADER_BYTES + 4 * (i * count + j), true)),
  );
  return {
    network: { kind, width: byte(1), depth: byte(2), stride },
    channels: Array.from({ length: channelCount }, (_, i) => byte(8 + i)),
    extraChannel: byte(6) === 1,
    optimizer,
    step: view.getUint32(16, true),
    updates: view.getUint32(20, true),
    random,
    parameters: vectors[0] as Float32Array<ArrayBuffer>,
    moments: vectors.slice(1),
  };
}

/**
 * Throws a {@link TrainerStateError} when a state is not one of a learner with these settings, channels, and `length`
 * numbers in its flat vector.
 */
export function assertFits(
  state: TrainerState,
  settings: LearnerSettings,
  channels: readonly number[],
  length: number,
): void {
  const { kind, width, depth, stride } = settings.network;
  const own = state.network;
  if (own.kind !== kind || own.width !== width || own.depth !== depth || own.stride !== stride) {
    throw new TrainerStateError('The saved learner has another network than this one.');
  }
  const sameChannels = state.channels.length === channels.length && state.channels.every((id, i) => id === channels[i]);
  if (!sameChannels || state.extraChannel !== (settings.unlabeled === 'extraClass')) {
    throw new TrainerStateError('The saved learner has other classes than this one.');
  }
  if (state.optimizer !== settings.optimizer) {
    throw new TrainerStateError('The saved learner was trained with another optimiser than this one.');
  }
  const { moments, parameters } = state;
  const fits =
    moments.length === MOMENT_COUNT[state.optimizer] && [parameters, ...moments].every((v) => v.length === length);
  if (!fits) throw new TrainerStateError('The saved learner has another number of weights than its network.');
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
