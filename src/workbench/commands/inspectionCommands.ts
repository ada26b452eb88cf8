import type { LabPanelId } from '../../settings/panels.ts';
import { withoutLabels, withoutLearner } from '../../state/selectors.ts';
import type { AppState } from '../../state/store.ts';
import { firstOf, type WorkbenchCommand, withoutPicture } from './workbenchCommand.ts';

const isHidden =
  (panel: LabPanelId) =>
  ({ view }: AppState) =>
    view.hiddenPanels.has('lab') || view.hiddenPanels.has(panel) ? 'This page was shared without that panel.' : null;

/** What the teaching lab shows of a single step and of a single prediction. */
export const INSPECTION_COMMANDS: readonly WorkbenchCommand[] = [
  {
    id: 'gradient',
    label: 'Where the gradient is, and where it is exactly 0',
    group: 'Looking',
    keys: [],
    alsoCalled: 'heat map mask proof logits lab inspect pixel',
    refusal: isHidden('gradient'),
    perform: (w) => w.lab.open('gradient'),
  },
  {
    id: 'matrix',
    label: 'Confusion matrix',
    group: 'Looking',
    keys: [],
    alsoCalled: 'errors mistakes iou confidence histogram lab',
    refusal: isHidden('matrix'),
    perform: (w) => w.lab.open('matrix'),
  },
  {
    id: 'slowly',
    label: 'One training step, slowly',
    group: 'Looking',
    keys: [],
    alsoCalled: 'slow motion explain softmax loss weights lab',
    refusal: isHidden('slowly'),
    perform: (w) => w.lab.open('slowly'),
  },
  {
    id: 'playSlowly',
    label: 'Play or pause slow motion',
    group: 'Training',
    keys: [],
    alsoCalled: 'step by step animate',
    refusal: firstOf(isHidden('slowly'), withoutPicture, withoutLearner, withoutLabels),
    perform: (w) => {
      w.lab.open('slowly');
      w.slowMotion.toggle();
    },
  },
];
