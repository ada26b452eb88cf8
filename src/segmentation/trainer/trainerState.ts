import type { LearnerSettings, NetworkSettings, OptimizerKind } from '../../settings/learner.ts';
import { MOMENT_COUNT } from '../kernels/optimizer/optimizerUpdate.ts';
import type { OptimizerState } from '../optimizer/optimizer.ts';
import { budgetNumbers, budgetOf, type StepBudget } from '../optimizer/stepBudget.ts';
import type { PretrainedState } from '../pretrained/pretrainedWeights.ts';
import type { RandomState } from '../random.ts';

/** Why bytes are not a learner's state, or not one of this learner, in one sentence for a person. */
export class TrainerStateError extends Error {
  override readonly name = 'TrainerStateError';
}

/** A learner diverged: a number of it is no longer finite, so there is no state worth keeping. */
export class DivergedStateError extends TrainerStateError {}

/** What a vector of a state holds. Stored states refer to the position in this list: new entries go to the end. */
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
  /** The weights of its pretrained layers; `null` while these are frozen. */
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
