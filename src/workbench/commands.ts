import { UNLABELED } from '../labels/planes.ts';
import type { Workbench } from './workbench.ts';

/** Something a person can do by keyboard: tooltips, the shortcut sheet and the key bindings are made from this list. */
export interface WorkbenchCommand {
  readonly id: string;
  readonly label: string;
  readonly group: 'Painting' | 'Training' | 'Looking';
  /** Key bindings in tinykeys' syntax, the one to show first. */
  readonly keys: readonly string[];
  perform(workbench: Workbench): void;
}

export const COMMANDS: readonly WorkbenchCommand[] = [
  {
    id: 'train',
    label: 'Train, pause or continue',
    group: 'Training',
    keys: ['t'],
    perform: (workbench) => workbench.toggleTraining(),
  },
  { id: 'step', label: 'Take one training step', group: 'Training', keys: ['s'], perform: (w) => w.step() },
  {
    id: 'reset',
    label: 'Clear the weights, keep the labels',
    group: 'Training',
    keys: ['Shift+R'],
    perform: (w) => w.reset(),
  },
  {
    id: 'unlabeled',
    label: 'Unlabeled brush: takes labels away',
    group: 'Painting',
    keys: ['u'],
    perform: (workbench) => workbench.selectClass(UNLABELED),
  },
  { id: 'swap', label: 'Back to the class used before', group: 'Painting', keys: ['x'], perform: (w) => w.swapClass() },
  { id: 'smaller', label: 'Smaller brush', group: 'Painting', keys: ['BracketLeft'], perform: (w) => w.growBrush(-1) },
  { id: 'larger', label: 'Larger brush', group: 'Painting', keys: ['BracketRight'], perform: (w) => w.growBrush(1) },
  { id: 'undo', label: 'Undo', group: 'Painting', keys: ['$mod+z'], perform: (w) => w.undo() },
  { id: 'redo', label: 'Redo', group: 'Painting', keys: ['$mod+Shift+z', '$mod+y'], perform: (w) => w.redo() },
  {
    id: 'cancel',
    label: 'Leave the stroke under way',
    group: 'Painting',
    keys: ['Escape'],
    perform: (w) => w.cancelGesture(),
  },
  { id: 'fit', label: 'Fit the picture', group: 'Looking', keys: ['f'], perform: (w) => w.fitView() },
  { id: 'zoomIn', label: 'Zoom in', group: 'Looking', keys: ['Equal', 'Shift+Equal'], perform: (w) => w.zoomBy(1.25) },
  { id: 'zoomOut', label: 'Zoom out', group: 'Looking', keys: ['Minus'], perform: (w) => w.zoomBy(0.8) },
  {
    id: 'prediction',
    label: 'Show or hide the prediction',
    group: 'Looking',
    keys: ['p'],
    perform: (w) => w.togglePrediction(),
  },
  { id: 'labels', label: 'Show or hide the labels', group: 'Looking', keys: ['l'], perform: (w) => w.toggleLabels() },
];

/** The command with this id. Throws where there is none, which a test would find. */
export function command(id: string): WorkbenchCommand {
  const found = COMMANDS.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`There is no command “${id}”.`);
  return found;
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  BracketLeft: '[',
  BracketRight: ']',
  Equal: '+',
  Minus: '−',
  Escape: 'Esc',
};

/** A binding as it stands on the keyboard: `$mod+Shift+z` becomes `Ctrl+Shift+Z`, or `⌘⇧Z` on a Mac. */
export function keyLabel(binding: string, mac: boolean): string {
  const parts = binding.split('+').map((part) => {
    if (part === '$mod') return mac ? '⌘' : 'Ctrl';
    if (part === 'Shift') return mac ? '⇧' : 'Shift';
    return KEY_NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  });
  return parts.join(mac ? '' : '+');
}
