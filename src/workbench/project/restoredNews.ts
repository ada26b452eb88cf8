import { learnerStateStep } from '../../project/learnerState.ts';
import type { SavedLearnerState } from '../../project/projectState.ts';
import type { StoredProject } from '../../project/storage/projectStorage.ts';
import type { Messages } from '../messages.ts';
import { setAsideSentence } from '../pictures/firstPicture.ts';
import type { OpenProject } from './openProject.ts';

/**
 * Says what is not as it was left in a project that was opened from storage. `deleteSetAside` is for a person who does not
 * want what is kept of pictures that cannot be read.
 */
export function tellRestored(
  messages: Messages,
  project: OpenProject,
  { damage, learner, state: { divergedStep } }: StoredProject,
  deleteSetAside: () => void,
): void {
  for (const { message } of damage) messages.error(message);
  if (divergedStep !== null && learner !== null) messages.info(divergedWords(divergedStep, learner));
  const setAside = setAsideSentence(project);
  if (setAside !== null) messages.error(setAside, { label: 'Delete these labels', run: deleteSetAside });
}

/** Why an older network than the last one of the visit before was opened. */
function divergedWords(divergedStep: number, { state }: SavedLearnerState): string {
  const step = learnerStateStep(state);
  return `The loss of step ${divergedStep} was no number any more, so the network of step ${step} was opened, the last sound one.`;
}
