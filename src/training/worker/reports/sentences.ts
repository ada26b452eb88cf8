import { messageOf } from '../../../base/messageOf.ts';
// What the training worker says to a person.

export const NOTHING_LABELED = 'Nothing is labeled yet: paint a stroke, then train.';

export const NOTHING_TO_TRAIN_ON =
  'Only test or skipped pictures are labeled, and nothing is learned from those: paint on a training picture, then train.';

export const DIVERGED =
  'The loss is no longer a number, so training stopped. Your labels are safe: press Reset and try a lower learning rate.';

export const COMPARED_DIVERGED =
  'The loss of learner B is no longer a number, so training stopped. Your labels are safe: compare with another value.';

export const SEARCH_STOPPED = 'The search was stopped; the learner is as it was.';

/** Why training ended before its budget; `best`: the step of the best weights, which are back in place where `isBack`. */
export function stoppedEarly(step: number, best: number, isBack: boolean): string {
  const why = `Stopped at step ${step}: the held-out strokes were predicted best at step ${best}.`;
  return isBack ? `${why} The weights are those again.` : `${why} Continue goes on.`;
}

/** What went wrong, for a person. */
export function sentenceOf(error: unknown): string {
  const message = messageOf(error);
  return message === '' ? 'Training stopped for an unknown reason; your labels are safe.' : message;
}

/** Throws: the page sent a command that this worker does not know. */
export function unknownCommand(command: never): never {
  throw new Error(`The training worker does not know the command ${JSON.stringify(command)}.`);
}
