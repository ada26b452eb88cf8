import {
  type LearnerSettings,
  NETWORK_KINDS,
  type NetworkSettings,
  OPTIMIZERS,
  type OptimizerKind,
} from '../settings/learner.ts';
import { MOMENT_COUNT } from './kernels/optimizerUpdate.ts';
import type { OptimizerState } from './optimizer.ts';
import type { PretrainedState } from './pretrained/pretrainedWeights.ts';
import type { RandomState } from './random.ts';
import { budgetNumbers, budgetOf, type StepBudget } from './stepBudget.ts';

/** Why bytes are not a learner's state, or not one of this learner, in one sentence for a person. */
export class TrainerStateError extends Error {
  override readonly name = 'TrainerStateError';
}

/** What a vector of a state holds. Bytes name it by its place in this list: new ones go to the end. */
export const VECTOR_ROLES = [
  'parameters',
  'moment',
  'average',
  'budget',
  'pretrainedParameters',
  'pretrainedMoment',
  'pretrainedAverage',
  /** A single number. */
  'pretrainedUpdates',
] as const;

export type VectorRole = (typeof VECTOR_ROLES)[number];

export interface StateVector {
  readonly role: VectorRole;
  readonly values: Float32Array<ArrayBuffer>;
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
  /**
   * Those of the network's own weights and of fine-tuned ones, and the numbers of the learner's budget, unless that is a
   * whole one; see {@link listed}.
   */
  readonly vectors: readonly StateVector[];
}

/** "UNLN", little-endian. */
const MAGIC = 0x4e4c_4e55;
const VERSION = 3;
/** Without a list of vectors: parameters and as many moments as a byte of the header says, all of one length. */
const UNLISTED_VERSION = 2;
const HEADER_BYTES = 80;
/** Of a vector in the list: what it holds, and how many numbers. */
const ENTRY_BYTES = 8;
const MOST_CHANNELS = 32;

/**
 * Bytes of a state, little-endian: an 80-byte header (magic, version, CRC-32 of everything behind it, counts, network,
 * random state, class ids), the list of its vectors, then their numbers as 32-bit floats.
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
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  });
  view.setUint32(8, crc32(new Uint8Array(buffer, 12)), true);
  return buffer;
}

/**
 * The state in `bytes`. Throws a {@link TrainerStateError} for bytes that {@link encodeTrainerState} did not write, in this
 * version or the one before.
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
    channelCount > MOST_CHANNELS ||
    random.every((word) => word === 0) ||
    vectors === null
  ) {
    throw new TrainerStateError('The saved learner contradicts itself.');
  }
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

const OWN = { parameters: 'parameters', moment: 'moment', average: 'average' } as const;
const PRETRAINED = {
  parameters: 'pretrainedParameters',
  moment: 'pretrainedMoment',
  average: 'pretrainedAverage',
} as const;

type OptimizerRoles = typeof OWN | typeof PRETRAINED;

/** All that a step changes of a learner. */
export interface Learned extends Pick<TrainerState, 'step' | 'updates' | 'random'> {
  /** The network's own weights. */
  readonly own: OptimizerState;
  /** Those of its pretrained layers; `null` where these are as they came. */
  readonly pretrained: PretrainedState | null;
}

/** What was learned, and the budget it has, as a state has it. */
export function listed(
  { own, pretrained, ...counters }: Learned,
  budget: StepBudget,
): Pick<TrainerState, 'step' | 'updates' | 'random' | 'vectors'> {
  return {
    ...counters,
    vectors: [...optimizerVectors(own), ...pretrainedVectors(pretrained), ...budgetVectors(budget)],
  };
}

/** What was learned in a state that {@link assertFits} let pass. */
export function learnedOf(state: TrainerState): Learned {
  const { step, updates, random } = state;
  return { step, updates, random, own: optimizerStateOf(state), pretrained: pretrainedStateOf(state) };
}

/** The vectors of a network's own weights as a state lists them. */
export function optimizerVectors(state: OptimizerState): StateVector[] {
  return vectorsByRoles(state, OWN);
}

function pretrainedVectors(state: PretrainedState | null): StateVector[] {
  if (state === null) return [];
  const updates = Float32Array.of(state.updates);
  return [...vectorsByRoles(state, PRETRAINED), { role: 'pretrainedUpdates', values: updates }];
}

function vectorsByRoles({ parameters, moments, average }: OptimizerState, roles: OptimizerRoles): StateVector[] {
  return [
    { role: roles.parameters, values: parameters },
    ...moments.map((values) => ({ role: roles.moment, values })),
    ...(average === null ? [] : [{ role: roles.average, values: average }]),
  ];
}

/** The network's own part of a state that {@link assertFits} let pass. */
export function optimizerStateOf(state: TrainerState): OptimizerState {
  return stateByRoles(state, OWN) as OptimizerState;
}

/** The pretrained layers' part of such a state. */
export function pretrainedStateOf(state: TrainerState): PretrainedState | null {
  const found = stateByRoles(state, PRETRAINED);
  const [[updates = 0] = []] = vectorsOf(state.vectors, 'pretrainedUpdates');
  return found === null ? null : { ...found, updates };
}

function stateByRoles({ vectors }: TrainerState, roles: OptimizerRoles): OptimizerState | null {
  const [parameters] = vectorsOf(vectors, roles.parameters);
  if (parameters === undefined) return null;
  const [average = null] = vectorsOf(vectors, roles.average);
  return { parameters, moments: vectorsOf(vectors, roles.moment), average };
}

/** The numbers of a budget; none of a whole one. */
function budgetVectors(budget: StepBudget): StateVector[] {
  const isWhole = budget.floor === null && budget.from === 0;
  return isWhole ? [] : [{ role: 'budget', values: budgetNumbers(budget) }];
}

/** The budget of a state that {@link assertFits} let pass; `null`: a whole one. */
export function budgetOfState({ vectors }: TrainerState): StepBudget | null {
  const [numbers] = vectorsOf(vectors, 'budget');
  return numbers === undefined ? null : budgetOf(numbers);
}

function vectorsOf(vectors: readonly StateVector[], role: VectorRole): Float32Array<ArrayBuffer>[] {
  return vectors.filter((vector) => vector.role === role).map(({ values }) => values);
}

/**
 * Throws a {@link TrainerStateError} when a state is not one of a learner with these settings, channels, and numbers in
 * the flat vectors of its own weights and of those of its pretrained layers.
 */
export function assertFits(
  state: TrainerState,
  settings: LearnerSettings,
  channels: readonly number[],
  lengths: { readonly own: number; readonly pretrained: number },
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
  const fits =
    optimizerFits(state, OWN, lengths.own) &&
    (state.vectors.every(({ role }) => !role.startsWith('pretrained')) ||
      (lengths.pretrained > 0 && optimizerFits(state, PRETRAINED, lengths.pretrained) && hasUpdates(state)));
  if (!fits) throw new TrainerStateError('The saved learner has another number of weights than its network.');
  const budgets = vectorsOf(state.vectors, 'budget');
  const hasBudget = budgets.length === 1 && budgetOfState(state) !== null;
  if (budgets.length > 0 && !hasBudget) throw new TrainerStateError('The saved learner contradicts itself.');
}

function optimizerFits({ vectors, optimizer }: TrainerState, roles: OptimizerRoles, length: number): boolean {
  const found = [roles.parameters, roles.moment, roles.average].map((role) => vectorsOf(vectors, role));
  const [parameters = [], moments = [], averages = []] = found;
  return (
    parameters.length === 1 &&
    moments.length === MOMENT_COUNT[optimizer] &&
    averages.length <= 1 &&
    found.flat().every((values) => values.length === length)
  );
}

function hasUpdates({ vectors }: TrainerState): boolean {
  const found = vectorsOf(vectors, 'pretrainedUpdates');
  const [[updates = Number.NaN] = []] = found;
  return found.length === 1 && found[0]?.length === 1 && Number.isInteger(updates) && updates >= 0;
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
