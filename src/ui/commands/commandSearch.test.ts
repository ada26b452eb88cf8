import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createAppStore } from '../../state/store.ts';
import { COMMANDS, classCommands } from '../../workbench/commands/commands.ts';
import { possibleFirst, recentFirst, searchCommands } from './commandSearch.ts';

const CLASSES = ['Ceramic', 'Straße', 'Дерево'].map((name, id) => ({ id, name, color: '#2458b4' }));
const ALL = [...COMMANDS, ...classCommands(CLASSES)];
const first = (query: string) => searchCommands(ALL, query)[0]?.id;

it.each([
  ['undo', 'undo'],
  ['ctrl', undefined],
  ['eraser', 'unlabeled'],
  ['magic wand', 'fill'],
  ['wand magic', 'fill'],
  ['ceramic', 'paintWith0'],
  ['cermic', 'paintWith0'],
  ['straße', 'paintWith1'],
  ['дерево', 'paintWith2'],
  ['superpixl', 'superpixel'],
  ['next pic', 'nextPicture'],
  ['xyzzy', undefined],
  ['???', undefined],
])('finds by “%s” %s', (query, id) => {
  expect(first(query)).toBe(id);
});

it('finds a group’s commands by its name', () => {
  const found = searchCommands(ALL, 'training').map(({ id }) => id);
  expect(found).toEqual(expect.arrayContaining(['train', 'step', 'reset']));
});

it('gives all commands in their order for an empty query', () => {
  expect(searchCommands(ALL, '  ')).toEqual(ALL);
});

it('finds every command by its whole label', () => {
  for (const command of ALL) expect(searchCommands(ALL, command.label)).toContain(command);
});

it('takes any query and gives each command at most once', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (query) => {
      const found = searchCommands(ALL, query);
      expect(new Set(found).size).toBe(found.length);
      for (const command of found) expect(ALL).toContain(command);
    }),
  );
});

it('puts what was used last at the front', () => {
  const ids = recentFirst(ALL, ['fit', 'gone', 'undo']).map(({ id }) => id);
  expect(ids.slice(0, 2)).toEqual(['fit', 'undo']);
  expect(ids).toHaveLength(ALL.length);
});

it('puts what cannot be done now behind what can', () => {
  const state = createAppStore({
    document: { canUndo: false, pictureId: 'a' },
    painting: { activeClassId: 0 },
  }).getState();
  const ids = possibleFirst(
    ALL.filter(({ id }) => ['undo', 'fit', 'redo', 'brush'].includes(id)),
    state,
  ).map(({ id }) => id);
  expect(ids).toEqual(['brush', 'fit', 'undo', 'redo']);
});
