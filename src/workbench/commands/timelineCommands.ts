import type { AppState } from '../../state/store.ts';
import { firstOf, type WorkbenchCommand } from './workbenchCommand.ts';

const isHidden = ({ view }: AppState) =>
  view.hiddenPanels.has('lab') || view.hiddenPanels.has('timeline') ? 'This page was shared without that panel.' : null;

const withoutSnapshots = ({ comparison, timeline }: AppState) => {
  if (comparison.learnerB !== null) return 'While two learners are compared there is no way back.';
  return timeline.snapshotSteps.length === 0 ? 'Train first: only then is there a step to go back to.' : null;
};

const withoutPast = ({ timeline }: AppState) => (timeline.pastStep === null ? 'Go back in time first.' : null);

/** The learner's life, and the way back in it. */
export const TIMELINE_COMMANDS: readonly WorkbenchCommand[] = [
  {
    id: 'timeline',
    label: 'Timeline of the learner',
    group: 'Looking',
    keys: [],
    alsoCalled: 'history snapshots checkpoints lab',
    refusal: isHidden,
    perform: (w) => w.lab.open('timeline'),
  },
  {
    id: 'timeBack',
    label: 'Back in time: what was predicted before',
    group: 'Looking',
    keys: [],
    alsoCalled: 'snapshot checkpoint past earlier step',
    refusal: firstOf(isHidden, withoutSnapshots),
    perform: (w) => {
      w.lab.open('timeline');
      w.timeline.stepBy(-1);
    },
  },
  {
    id: 'timeNow',
    label: 'Back to now',
    group: 'Looking',
    keys: [],
    alsoCalled: 'today present newest prediction',
    refusal: withoutPast,
    perform: (w) => w.timeline.now(),
  },
  {
    id: 'branch',
    label: 'Branch off: train on from the step that is shown',
    group: 'Training',
    keys: [],
    alsoCalled: 'restore snapshot checkpoint fork',
    refusal: withoutPast,
    perform: (w) => w.timeline.branch(false),
  },
];
