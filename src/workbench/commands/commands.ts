import type { SegmentationClass } from '../../settings/classes.ts';
import { COMPARE_COMMANDS } from './compareCommands.ts';
import { INSPECTION_COMMANDS } from './inspectionCommands.ts';
import { CLASS_COMMANDS, PAINTING_COMMANDS } from './paintingCommands.ts';
import { PROJECT_COMMANDS } from './projectCommands.ts';
import { TIMELINE_COMMANDS } from './timelineCommands.ts';
import { HELP_COMMANDS, LOOKING_COMMANDS, TRAINING_COMMANDS } from './viewCommands.ts';
import type { WorkbenchCommand } from './workbenchCommand.ts';

/** Everything a person can do that does not depend on what is open, in the shortcut sheet's order. */
export const COMMANDS: readonly WorkbenchCommand[] = [
  ...PAINTING_COMMANDS,
  ...CLASS_COMMANDS,
  ...PROJECT_COMMANDS,
  ...TRAINING_COMMANDS,
  ...COMPARE_COMMANDS,
  ...LOOKING_COMMANDS,
  ...INSPECTION_COMMANDS,
  ...TIMELINE_COMMANDS,
  ...HELP_COMMANDS,
];

/** Keys of the first classes of the list, in its order. */
export const CLASS_KEYS: readonly string[] = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0'];

/** The command with this id. Throws where there is none, which a test would find. */
export function command(id: string): WorkbenchCommand {
  const found = COMMANDS.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`There is no command “${id}”.`);
  return found;
}

/** One command for each class: to paint with it. */
export function classCommands(classes: readonly SegmentationClass[]): readonly WorkbenchCommand[] {
  return classes.map(({ id, name }, index) => ({
    id: `paintWith${id}`,
    label: `Paint with ${name}`,
    group: 'Classes',
    keys: CLASS_KEYS.slice(index, index + 1),
    perform: (workbench) => workbench.painting.selectClass(id),
  }));
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  BracketLeft: '[',
  BracketRight: ']',
  Equal: '+',
  Minus: '−',
  Escape: 'Esc',
  PageUp: 'Page ↑',
  PageDown: 'Page ↓',
  Backspace: '⌫',
};

/** A binding as it stands on the keyboard: `$mod+Shift+z` becomes `Ctrl+Shift+Z`, or `⌘⇧Z` on a Mac. */
export function keyLabel(binding: string, mac: boolean): string {
  // What is typed with Shift goes by what is typed.
  if (binding === 'Shift+?') return '?';
  if (binding === 'Shift+Equal') return '+';
  const parts = binding.split('+').map((part) => {
    if (part === '$mod') return mac ? '⌘' : 'Ctrl';
    if (part === 'Shift') return mac ? '⇧' : 'Shift';
    return KEY_NAMES[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  });
  return parts.join(mac ? '' : '+');
}
