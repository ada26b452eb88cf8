import { type LabelArray, labelArrayFrom, stepCountFrom } from '../../project/frame/frameMessages.ts';
import { isSampleId } from '../../samples/loadSample.ts';
import { isBusy } from '../../state/selectors.ts';
import type { AppState } from '../../state/store.ts';
import type { Workbench } from '../workbench.ts';
import { type Metrics, metricsOf } from './facts.ts';

/** A picture as it was opened, at working size, and its classes. */
export interface OpenedFacts {
  readonly width: number;
  readonly height: number;
  readonly classes: readonly { readonly id: number; readonly name: string; readonly color: string }[];
}

/** What the learner of now says of every pixel. */
export interface ClassMap {
  readonly step: number;
  readonly width: number;
  readonly height: number;
  /** Class id per pixel, row-major; 254 where "unlabeled" was predicted. */
  readonly classMap: Uint8Array;
}

/** What scripts, the console and the page around a frame may do. Promises reject with one sentence. */
export interface ScriptedActs {
  /**
   * Opens a built-in picture by name (`coffee`), a generated scene by name, or a picture file's bytes, in a project of its
   * own; with `labels` in the place of those it has.
   */
  openPicture(source: string | Blob, labels?: LabelArray): Promise<OpenedFacts>;
  /** Opens a shared link: an address, or its fragment `#x=…`. */
  openLink(address: string): Promise<OpenedFacts>;
  /** Puts labels in the place of the open picture's; classes that are not in the list are added. */
  setLabels(labels: LabelArray): Promise<void>;
  /** Takes `steps` steps, past the budget too; resolves when they are taken, or a person or another script stopped them. */
  trainSteps(steps: number): Promise<Metrics>;
  pause(): void;
  /** Clears the weights; labels stay. */
  reset(): void;
  /** Predicts the open picture with the learner of now; `null` before the first step. */
  getClassMap(): Promise<ClassMap | null>;
}

export function scriptedActs(workbench: Workbench): ScriptedActs {
  return {
    async openPicture(source, labels) {
      const wanted = labels === undefined ? null : labelArrayFrom(labels);
      await isSettled(workbench);
      if (typeof source === 'string') {
        if (!isSampleId(source)) throw new Error(`There is no built-in picture or scene called “${source}”.`);
        await workbench.projects.openExample(source);
        if (workbench.picture?.id !== source) throw new Error('The picture could not be opened; the page says why.');
      } else {
        await workbench.pictures.openAlone(new File([source], source instanceof File ? source.name : 'Picture'));
      }
      if (wanted !== null) workbench.pictures.setLabels(wanted);
      await isSettled(workbench);
      return openedFacts(workbench);
    },
    async openLink(address) {
      await isSettled(workbench);
      const at = address.indexOf('#');
      const isOpen = await workbench.links.open(at < 0 ? '' : address.slice(at));
      if (!isOpen) throw new Error('This is no link that this page can open.');
      await isSettled(workbench);
      return openedFacts(workbench);
    },
    async setLabels(labels) {
      const wanted = labelArrayFrom(labels);
      await isSettled(workbench);
      workbench.pictures.setLabels(wanted);
    },
    async trainSteps(steps) {
      return trainSteps(workbench, stepCountFrom(steps));
    },
    pause() {
      if (isBusy(workbench.store.getState().training.phase)) workbench.training.toggle();
    },
    reset() {
      requireLearner(workbench.store.getState());
      workbench.training.reset();
    },
    async getClassMap() {
      requireLearner(await isSettled(workbench));
      const prediction = await workbench.training.predict();
      return prediction && { ...prediction, classMap: prediction.classMap.slice() };
    },
  };
}

async function trainSteps(workbench: Workbench, steps: number): Promise<Metrics> {
  const { store, training } = workbench;
  const { projectId } = requireLearner(await isSettled(workbench)).project;
  if (isBusy(store.getState().training.phase)) throw new Error('The learner is training already: pause it first.');
  const last = store.getState().training.step + steps;
  for (let left = steps; left > 0; left = last - store.getState().training.step) {
    store.setFacts({ training: { notice: null } });
    const rested = restsAfterwards(workbench);
    training.train(left);
    const { training: learner, project } = await rested;
    if (project.projectId !== projectId) throw new Error('Another project was opened while the learner trained.');
    if (learner.notice !== null) throw new Error(learner.notice);
    // It goes on past its budget, but not against whoever paused it.
    if (learner.phase !== 'finished') break;
  }
  // The worker answers in order: by then the scores of the last step are here.
  await training.predict();
  return metricsOf(workbench);
}

/** Waits until nothing is being opened, and the learner can be asked for something, has stopped, or has no project. */
function isSettled(workbench: Workbench): Promise<AppState> {
  return stateWhere(workbench, ({ project, training }) => {
    return !project.opening && (training.phase !== 'loading' || project.projectId === null);
  });
}

/** The state, with a project to learn from and a learner for it. Throws a sentence where there is none. */
function requireLearner(state: AppState): AppState {
  const { phase, notice } = state.training;
  if (phase === 'stopped') throw new Error(notice ?? 'The learner has stopped.');
  if (phase === 'loading') throw new Error('There is no learner to ask, for no project is open.');
  return state;
}

/** Waits until the learner has begun to train and rests again, has said why it does not begin, or has another project. */
function restsAfterwards(workbench: Workbench): Promise<AppState> {
  let hasBegun = false;
  const former = workbench.store.getState().project.projectId;
  return stateWhere(workbench, ({ training: { phase, notice }, project }) => {
    hasBegun ||= isBusy(phase);
    // Another worker may go on in the place of one that broke.
    const rests = !isBusy(phase) && phase !== 'loading';
    return ((hasBegun || notice !== null) && rests) || project.projectId !== former;
  });
}

function stateWhere({ store }: Workbench, isReached: (state: AppState) => boolean): Promise<AppState> {
  return new Promise((resolve) => {
    if (isReached(store.getState())) {
      resolve(store.getState());
      return;
    }
    const leave = store.subscribe((state) => {
      if (!isReached(state)) return;
      leave();
      resolve(state);
    });
  });
}

function openedFacts(workbench: Workbench): OpenedFacts {
  const { width, height, classes } = workbench.store.getState().document;
  return { width, height, classes: classes.map((each) => ({ ...each })) };
}
