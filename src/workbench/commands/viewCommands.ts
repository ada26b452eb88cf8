import { hasTruth, restorableStep, withoutLearner } from '../../state/selectors.ts';
import type { AppState } from '../../state/store.ts';
import { gameRefusal } from '../lab/truthGameActions.ts';
import { firstOf, type WorkbenchCommand } from './workbenchCommand.ts';

const NEXT_THEME = { system: 'light', light: 'dark', dark: 'system' } as const;

const whileStarting = ({ training }: AppState) =>
  training.phase === 'loading' ? 'The learner is not running yet.' : null;

const withoutLoss = ({ document }: AppState) =>
  document.trainedClassCount === 0 ? 'Paint a stroke first: only then is there a loss to try rates on.' : null;

const withoutBest = ({ training }: AppState) =>
  restorableStep(training) === null ? 'No weights are kept that predict held-out strokes better than these.' : null;

const withoutPrediction = ({ training }: AppState) =>
  training.predictionStep === null ? 'Train first: only then is there a prediction that can be unsure.' : null;

const withoutTruth = (state: AppState) =>
  hasTruth(state) ? null : 'This picture has no exact mask to be measured by.';

export const TRAINING_COMMANDS: readonly WorkbenchCommand[] = [
  {
    id: 'train',
    label: 'Train, pause or continue',
    group: 'Training',
    keys: ['t'],
    alsoCalled: 'start stop learn fit',
    refusal: whileStarting,
    perform: (w) => w.training.toggle(),
  },
  {
    id: 'step',
    label: 'Take one training step',
    group: 'Training',
    keys: ['s'],
    repeats: true,
    refusal: withoutLearner,
    perform: (w) => w.training.step(),
  },
  {
    id: 'reset',
    label: 'Clear the weights, keep the labels',
    group: 'Training',
    keys: ['Shift+R'],
    alsoCalled: 'reset restart network',
    refusal: (state) =>
      withoutLearner(state) ?? (state.training.step === 0 ? 'The network has not learned anything yet.' : null),
    perform: (w) => w.training.reset(),
  },
  {
    id: 'findRate',
    label: 'Find a learning rate',
    group: 'Training',
    keys: [],
    alsoCalled: 'lr find finder range test suggest',
    refusal: firstOf(withoutLearner, withoutLoss),
    perform: (w) => w.rates.open(),
  },
  {
    id: 'holdOut',
    label: 'Hold out strokes to score with, or none',
    group: 'Training',
    keys: ['Shift+V'],
    alsoCalled: 'validation split test honest accuracy',
    perform: (w) => w.training.toggleHoldOut(),
  },
  {
    id: 'truthGame',
    label: 'Play: 90 % true mean IoU with the fewest pixels',
    group: 'Training',
    keys: [],
    alsoCalled: 'game challenge truth fewest strokes start',
    refusal: gameRefusal,
    perform: (w) => {
      w.lab.open('truth');
      w.truthGame.start();
    },
  },
  {
    id: 'restoreBest',
    label: 'Go back to the weights that were best on held-out strokes',
    group: 'Training',
    keys: [],
    alsoCalled: 'restore snapshot checkpoint validation',
    refusal: withoutBest,
    perform: (w) => w.training.restoreBest(),
  },
];

export const LOOKING_COMMANDS: readonly WorkbenchCommand[] = [
  {
    id: 'fit',
    label: 'Fit the picture',
    group: 'Looking',
    keys: ['f'],
    alsoCalled: 'zoom',
    perform: (w) => w.fitView(),
  },
  {
    id: 'zoomIn',
    label: 'Zoom in',
    group: 'Looking',
    keys: ['Equal', 'Shift+Equal'],
    repeats: true,
    perform: (w) => w.zoomBy(1.25),
  },
  { id: 'zoomOut', label: 'Zoom out', group: 'Looking', keys: ['Minus'], repeats: true, perform: (w) => w.zoomBy(0.8) },
  {
    id: 'prediction',
    label: 'Show or hide the prediction',
    group: 'Looking',
    keys: ['p'],
    alsoCalled: 'overlay layer',
    perform: (w) => w.layers.togglePrediction(),
  },
  {
    id: 'labels',
    label: 'Show or hide the labels',
    group: 'Looking',
    keys: ['l'],
    alsoCalled: 'strokes layer',
    perform: (w) => w.layers.toggleLabels(),
  },
  {
    id: 'contours',
    label: 'Prediction as areas or contours',
    group: 'Looking',
    keys: ['c'],
    alsoCalled: 'outline fill edges',
    perform: (w) => w.layers.toggleContours(),
  },
  {
    id: 'doubt',
    label: 'Where the network is unsure',
    group: 'Looking',
    keys: ['w'],
    alsoCalled: 'uncertainty margin confidence heat map doubt',
    perform: (w) => w.layers.toggleDoubt(),
  },
  {
    id: 'mistakes',
    label: 'What is wrong, by the exact mask',
    group: 'Looking',
    keys: [],
    alsoCalled: 'errors mistakes truth difference overlay',
    refusal: withoutTruth,
    perform: (w) => w.layers.toggleMistakes(),
  },
  {
    id: 'suggest',
    label: 'Where to paint next',
    group: 'Looking',
    keys: ['m'],
    alsoCalled: 'suggest region active learning uncertain guide',
    refusal: withoutPrediction,
    perform: (w) => w.suggestions.show('doubt'),
  },
  {
    id: 'suggestRandom',
    label: 'A random place to paint, to compare with',
    group: 'Looking',
    keys: ['Shift+M'],
    alsoCalled: 'suggest region control baseline',
    refusal: withoutPrediction,
    perform: (w) => w.suggestions.show('random'),
  },
  {
    id: 'outlines',
    label: 'Labels as areas or outlines',
    group: 'Looking',
    keys: ['v'],
    alsoCalled: 'fill edges',
    perform: (w) => w.layers.toggleOutlines(),
  },
  {
    id: 'divider',
    label: 'Divider: the bare picture on its left',
    group: 'Looking',
    keys: ['d'],
    alsoCalled: 'compare before after split',
    refusal: ({ comparison }) =>
      comparison.learnerB === null ? null : 'The line stands between A and B while two learners are compared.',
    perform: (w) => w.layers.toggleDivider(),
  },
  {
    id: 'peek',
    label: 'See the bare picture while held',
    group: 'Looking',
    keys: ['q'],
    alsoCalled: 'peek hide overlays',
    perform: (w) => w.layers.peek(true),
    release: (w) => w.layers.peek(false),
  },
  {
    id: 'resetLook',
    label: 'Layers as they were at first',
    group: 'Looking',
    keys: [],
    alsoCalled: 'reset opacity brightness contrast',
    perform: (w) => w.layers.resetLook(),
  },
  {
    id: 'lab',
    label: 'The teaching lab',
    group: 'Looking',
    keys: ['Shift+E'],
    alsoCalled: 'compare gradient break learn why explain panel',
    refusal: ({ view }) => (view.hiddenPanels.has('lab') ? 'This page was shared without the lab.' : null),
    perform: (w) => w.lab.toggle('breakIt'),
  },
  {
    id: 'showAll',
    label: 'Show the parts of the page that the link hides',
    group: 'Looking',
    keys: [],
    alsoCalled: 'hidden panels everything',
    refusal: ({ view }) => (view.hiddenPanels.size === 0 ? 'Nothing is hidden.' : null),
    perform: (w) => w.lab.hide([]),
  },
  {
    id: 'theme',
    label: 'Light colours, dark ones, or the system’s',
    group: 'Looking',
    keys: [],
    alsoCalled: 'theme mode night',
    perform: ({ layers, store }) => layers.set({ theme: NEXT_THEME[store.getState().view.theme] }),
  },
];

export const HELP_COMMANDS: readonly WorkbenchCommand[] = [
  {
    id: 'lessons',
    label: 'Lessons of two minutes',
    group: 'Help',
    keys: [],
    alsoCalled: 'learn tutorial guide tour course teach',
    perform: (w) => w.openDialog({ name: 'lessons' }),
  },
  {
    id: 'commands',
    label: 'All commands, by name',
    group: 'Help',
    keys: ['$mod+k'],
    alsoCalled: 'palette search find',
    perform: (w) => w.openDialog({ name: 'commands' }),
  },
  {
    id: 'shortcuts',
    label: 'Keyboard shortcuts and hands',
    group: 'Help',
    keys: ['Shift+?'],
    alsoCalled: 'help keys mouse touch pen cheat sheet',
    perform: (w) => w.openDialog({ name: 'shortcuts' }),
  },
];
