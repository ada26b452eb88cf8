import { useEffect } from 'react';
import { tinykeys } from 'tinykeys';
import { CLASS_KEYS, COMMANDS } from '../../workbench/commands/commands.ts';
import type { WorkbenchCommand } from '../../workbench/commands/workbenchCommand.ts';
import type { Workbench } from '../../workbench/workbench.ts';
import { useWorkbench } from '../appContext.ts';

/** Where keys write or choose something, so that none of them is a shortcut. */
const TYPING =
  'input:not([type=range], [type=radio], [type=checkbox], [type=color], [type=file]), textarea, select, [contenteditable]';

/** Keys that belong to the browser as long as no command wants them. */
const SHARED_KEYS: readonly string[] = ['Enter', 'Backspace', 'Escape'];

/** Binds the command list and the classes' keys to the keyboard, except where text is typed and in dialogs. */
export function useShortcuts(): void {
  const workbench = useWorkbench();
  useEffect(() => {
    const held = new Map<string, WorkbenchCommand>();
    const press = (command: WorkbenchCommand) => (event: KeyboardEvent) => {
      if (isElsewhere(event, command, workbench)) return;
      perform(event, command, workbench);
      if (command.release !== undefined) held.set(event.code, command);
    };
    const bindings: Record<string, (event: KeyboardEvent) => void> = {};
    for (const command of COMMANDS) {
      for (const key of command.keys) bindings[key] = press(command);
    }
    for (const [index, key] of CLASS_KEYS.entries()) bindings[key] = press(classKey(index));
    const unbind = tinykeys(window, bindings);

    const release = ({ code }: KeyboardEvent) => {
      held.get(code)?.release?.(workbench);
      held.delete(code);
    };
    // A key that comes up in another window is not heard here.
    const releaseAll = () => {
      for (const command of held.values()) command.release?.(workbench);
      held.clear();
    };
    window.addEventListener('keyup', release);
    window.addEventListener('blur', releaseAll);
    return () => {
      unbind();
      releaseAll();
      window.removeEventListener('keyup', release);
      window.removeEventListener('blur', releaseAll);
    };
  }, [workbench]);
}

/** Paints with the class at a place of the list. */
function classKey(index: number): WorkbenchCommand {
  return {
    id: `class${index}`,
    label: '',
    group: 'Classes',
    keys: [],
    perform: (workbench) => workbench.painting.selectClassAt(index),
  };
}

function perform(event: KeyboardEvent, command: WorkbenchCommand, workbench: Workbench): void {
  const reason = command.refusal?.(workbench.store.getState()) ?? null;
  if (reason !== null && SHARED_KEYS.includes(event.key)) return;
  // Escape also closes menus, which is the browser's to do.
  if (event.key !== 'Escape') event.preventDefault();
  if (event.repeat && command.repeats !== true) return;
  if (reason === null) command.perform(workbench);
  // What is done again and again comes to an end that needs no words.
  else if (command.repeats !== true) workbench.messages.info(reason);
}

/** Whether a key is not the page's to hear. */
function isElsewhere(event: KeyboardEvent, command: WorkbenchCommand, workbench: Workbench): boolean {
  if (document.querySelector('dialog:modal') !== null) {
    // The key that opened a dialog closes it.
    if (command.id === workbench.store.getState().view.dialog?.name) {
      event.preventDefault();
      workbench.openDialog(null);
    }
    return true;
  }
  const focused = event.target instanceof Element ? event.target : null;
  if (focused === null) return false;
  // What is closed keeps the focus until the page is drawn again, but nobody types there any more.
  if (!focused.checkVisibility()) return false;
  if (focused.closest(TYPING) !== null) return true;
  if (focused.matches('input[type=range]') && event.key.startsWith('Page')) return true;
  // A button that was merely clicked has no claim on Enter; one that was reached by keyboard has.
  return event.key === 'Enter' && focused.matches(':is(button, summary, a, input):focus-visible');
}
