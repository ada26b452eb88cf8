import { expect, it } from 'vitest';
import { TOOL_IDS } from '../../editor/tools/toolbox.ts';
import { UNLABELED } from '../../labels/planes.ts';
import { createAppStore, type Facts } from '../../state/store.ts';
import { CLASS_KEYS, COMMANDS, classCommands, command, keyLabel } from './commands.ts';
import { COMMAND_GROUPS } from './workbenchCommand.ts';

const CLASSES = Array.from({ length: 12 }, (_, id) => ({ id, name: `Class ${id + 1}`, color: '#2458b4' }));

const refusal = (id: string, facts: Facts) => command(id).refusal?.(createAppStore(facts).getState()) ?? null;

it('binds no key and no id twice', () => {
  // Bindings are told apart as tinykeys does it: letters without their case.
  const keys = COMMANDS.flatMap((candidate) => candidate.keys.map((key) => key.toLowerCase()));
  expect(new Set(keys).size).toBe(keys.length);
  const ids = COMMANDS.map((candidate) => candidate.id);
  expect(new Set(ids).size).toBe(ids.length);
});

it('leaves the digits to the classes and Space to the canvas', () => {
  for (const { keys } of COMMANDS) {
    for (const key of keys) expect(key).not.toMatch(/^\d$|Space/);
  }
  expect(CLASS_KEYS).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9', '0']);
});

it('has a label for every command and every key', () => {
  for (const { label, group, keys } of COMMANDS) {
    expect(label).toMatch(/^[A-Z]/);
    expect(COMMAND_GROUPS).toContain(group);
    for (const key of keys) {
      for (const mac of [false, true]) expect(keyLabel(key, mac)).not.toMatch(/\$|Bracket|Equal|Minus|Escape|Page[UD]/);
    }
  }
});

it('has a command for every tool', () => {
  for (const id of TOOL_IDS) expect(command(id).keys).toHaveLength(1);
});

it.each([
  ['$mod+Shift+z', false, 'Ctrl+Shift+Z'],
  ['$mod+Shift+z', true, '⌘⇧Z'],
  ['BracketLeft', false, '['],
  ['u', false, 'U'],
  ['Escape', false, 'Esc'],
  ['Shift+?', false, '?'],
  ['Shift+Equal', true, '+'],
] as const)('shows %s (Mac: %s) as %s', (binding, mac, shown) => {
  expect(keyLabel(binding, mac)).toBe(shown);
});

it('finds commands by id and says which one is missing', () => {
  expect(command('undo').keys).toContain('$mod+z');
  expect(() => command('fly')).toThrow('fly');
});

it('offers every class to paint with, the first ten by a key', () => {
  const commands = classCommands(CLASSES);
  expect(commands.map(({ label }) => label)).toEqual(CLASSES.map(({ name }) => `Paint with ${name}`));
  expect(commands.map(({ keys }) => keys[0])).toEqual([...CLASS_KEYS, undefined, undefined]);
  const ids = [...COMMANDS, ...commands].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

it('says why something cannot be done', () => {
  expect(refusal('undo', { document: { canUndo: false } })).toBe('There is nothing to undo.');
  expect(refusal('undo', { document: { canUndo: true } })).toBeNull();
  expect(refusal('finish', { painting: { toolId: 'brush' } })).toContain('polygon');
  expect(refusal('finish', { painting: { toolId: 'polygon' } })).toBeNull();
  expect(refusal('train', { training: { phase: 'loading' } })).toContain('not running');
  expect(refusal('lockClass', { painting: { activeClassId: UNLABELED } })).toBe('Choose a class first.');
  expect(refusal('lockClass', { painting: { activeClassId: 0 } })).toBeNull();
  expect(refusal('export', { document: { pictureId: null } })).toBe('Add a picture first.');
});

it('accepts a prediction only where there is one, in a picture that may be changed', () => {
  const open = { document: { pictureId: 'a' }, training: { predictionStep: 3 } };
  expect(refusal('acceptAll', open)).toBeNull();
  expect(refusal('acceptAll', { ...open, training: { predictionStep: null } })).toBe('There is no prediction yet.');
  expect(refusal('acceptAll', { ...open, document: { pictureId: null } })).toBe('Add a picture first.');
  expect(refusal('acceptAll', { ...open, project: { readOnlyBecause: 'It is open in another tab.' } })).toBe(
    'It is open in another tab.',
  );
});
