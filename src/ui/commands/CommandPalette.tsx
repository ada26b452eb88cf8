import { Search } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { COMMANDS, classCommands, keyLabel } from '../../workbench/commands/commands.ts';
import type { WorkbenchCommand } from '../../workbench/commands/workbenchCommand.ts';
import { useApp, useWorkbench } from '../appContext.ts';
import { ModalDialog } from '../controls/ModalDialog.tsx';
import { isMac } from '../controls/tooltip.ts';
import styles from './CommandPalette.module.css';
import { possibleFirst, recentFirst, searchCommands } from './commandSearch.ts';

/** Commands that stand first because they were used last. */
const MAX_RECENT = 5;

/** Everything that can be done, found by name. */
export function CommandPalette() {
  const isOpen = useApp((state) => state.view.dialog?.name === 'commands');
  const [recentIds, setRecentIds] = useState<readonly string[]>([]);
  if (!isOpen) return null;
  const used = (id: string) => setRecentIds((ids) => [id, ...ids.filter((other) => other !== id)].slice(0, MAX_RECENT));
  return (
    <ModalDialog title="Commands" className={styles.palette}>
      <Finder recentIds={recentIds} onUse={used} />
    </ModalDialog>
  );
}

function Finder({ recentIds, onUse }: { readonly recentIds: readonly string[]; onUse(id: string): void }) {
  const workbench = useWorkbench();
  const state = useApp((facts) => facts);
  const [query, setQuery] = useState('');
  const [chosenIndex, setChosenIndex] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);

  const all = [...COMMANDS.filter(isForPalette), ...classCommands(state.document.classes)];
  const found = query.trim() === '' ? recentFirst(all, recentIds) : possibleFirst(searchCommands(all, query), state);
  const index = Math.min(chosenIndex, found.length - 1);
  const choose = (next: number) => setChosenIndex(found.length === 0 ? 0 : (next + found.length) % found.length);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another query puts another command at the same place.
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [index, query]);

  const run = (command: WorkbenchCommand | undefined) => {
    if (command === undefined || (command.refusal?.(workbench.store.getState()) ?? null) !== null) return;
    onUse(command.id);
    workbench.openDialog(null);
    command.perform(workbench);
  };
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: Math.min(found.length - 1, index + 8),
    PageUp: Math.max(0, index - 8),
  };
  const pressed = (event: KeyboardEvent) => {
    const next = moves[event.key];
    if (next !== undefined) choose(next);
    else if (event.key === 'Enter') run(found[index]);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <label className={styles.field}>
        <Search size={16} />
        <input
          ref={focusNow}
          type="text"
          role="combobox"
          aria-label="Find a command"
          aria-expanded="true"
          aria-autocomplete="list"
          aria-controls={listId}
          aria-activedescendant={found.length === 0 ? undefined : `${listId}-${index}`}
          placeholder="Type what you want to do"
          autoComplete="off"
          spellCheck={false}
          value={query}
          onChange={(event) => {
            setQuery(event.target.value);
            setChosenIndex(0);
          }}
          onKeyDown={pressed}
        />
      </label>
      <div ref={list} id={listId} className={styles.list} role="listbox" aria-label="Commands">
        {found.map((command, i) => (
          <Option
            key={command.id}
            id={`${listId}-${i}`}
            command={command}
            selected={i === index}
            refusal={command.refusal?.(state) ?? null}
            onHover={() => setChosenIndex(i)}
            onRun={() => run(command)}
          />
        ))}
      </div>
      {found.length === 0 && <p className={styles.nothing}>Nothing is called that.</p>}
    </>
  );
}

interface OptionProps {
  readonly id: string;
  readonly command: WorkbenchCommand;
  readonly selected: boolean;
  /** Why it cannot be done now. */
  readonly refusal: string | null;
  onHover(): void;
  onRun(): void;
}

function Option({ id, command, selected, refusal, onHover, onRun }: OptionProps) {
  const { label, group, keys } = command;
  const [key] = keys;
  return (
    // The field keeps the focus and has the keys.
    // biome-ignore lint/a11y/useKeyWithClickEvents: arrow keys and Enter reach every option from the field.
    // biome-ignore lint/a11y/useFocusableInteractive: the field points here with aria-activedescendant.
    <div
      id={id}
      role="option"
      className={styles.option}
      aria-selected={selected}
      aria-disabled={refusal !== null}
      onPointerMove={onHover}
      onClick={onRun}
    >
      <span className={styles.label}>
        <span>{label}</span>
        {refusal !== null && <small>{refusal}</small>}
      </span>
      <span className={styles.group}>{group}</span>
      <span className={styles.key}>{key !== undefined && <kbd>{keyLabel(key, isMac)}</kbd>}</span>
    </div>
  );
}

function focusNow(field: HTMLInputElement | null): void {
  field?.focus();
}

/** What needs a held key, and the palette itself, are of no use in it. */
function isForPalette({ id, release }: WorkbenchCommand): boolean {
  return release === undefined && id !== 'commands';
}
