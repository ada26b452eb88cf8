import UFuzzy from '@leeoniya/ufuzzy';
import type { AppState } from '../../state/store.ts';
import type { WorkbenchCommand } from '../../workbench/commands/workbenchCommand.ts';

// One wrong letter a word is forgiven; words are those of any script, for classes have any name.
const fuzzy = new UFuzzy({
  unicode: true,
  intraMode: 1,
  interSplit: "[^\\p{L}\\d']+",
  intraSplit: '\\p{Ll}\\p{Lu}',
  intraBound: '\\p{L}\\d|\\d\\p{L}|\\p{Ll}\\p{Lu}',
  intraChars: "[\\p{L}\\d']",
  intraContr: "'\\p{L}{1,2}\\b",
});

/** Commands whose label, group or other words match, the best first; all of them, as they stand, for an empty query. */
export function searchCommands(commands: readonly WorkbenchCommand[], query: string): readonly WorkbenchCommand[] {
  const needle = query.trim();
  if (needle === '') return commands;
  const haystack = commands.map(({ label, group, alsoCalled }) => `${label} · ${group} · ${alsoCalled ?? ''}`);
  const [found, info, order] = fuzzy.search(haystack, needle, 1);
  const ranked = info !== null && order !== null ? order.map((i) => info.idx[i]) : found;
  // A query without letters has no words to match.
  const indices = ranked ?? haystack.flatMap((line, i) => (line.includes(needle) ? [i] : []));
  return indices.flatMap((i) => (i === undefined ? [] : (commands[i] ?? [])));
}

/** Commands used lately first, the newest at the front, then the others in their order. */
export function recentFirst(
  commands: readonly WorkbenchCommand[],
  recentIds: readonly string[],
): readonly WorkbenchCommand[] {
  const recent = recentIds.flatMap((id) => commands.find((command) => command.id === id) ?? []);
  return [...recent, ...commands.filter((command) => !recent.includes(command))];
}

/** Commands that can be done now before those that cannot; the order stays otherwise. */
export function possibleFirst(commands: readonly WorkbenchCommand[], state: AppState): readonly WorkbenchCommand[] {
  const isPossible = ({ refusal }: WorkbenchCommand) => (refusal?.(state) ?? null) === null;
  return [...commands.filter(isPossible), ...commands.filter((command) => !isPossible(command))];
}
