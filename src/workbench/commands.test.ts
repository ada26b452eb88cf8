import { expect, it } from 'vitest';
import { COMMANDS, command, keyLabel } from './commands.ts';

it('binds no key and no id twice', () => {
  const keys = COMMANDS.flatMap((candidate) => candidate.keys);
  expect(new Set(keys).size).toBe(keys.length);
  const ids = COMMANDS.map((candidate) => candidate.id);
  expect(new Set(ids).size).toBe(ids.length);
});

it('leaves the digits to the classes', () => {
  for (const candidate of COMMANDS) {
    for (const key of candidate.keys) expect(key).not.toMatch(/^\d$/);
  }
});

it.each([
  ['$mod+Shift+z', false, 'Ctrl+Shift+Z'],
  ['$mod+Shift+z', true, '⌘⇧Z'],
  ['BracketLeft', false, '['],
  ['u', false, 'U'],
  ['Escape', false, 'Esc'],
] as const)('shows %s (Mac: %s) as %s', (binding, mac, shown) => {
  expect(keyLabel(binding, mac)).toBe(shown);
});

it('finds commands by id and says which one is missing', () => {
  expect(command('undo').keys).toContain('$mod+z');
  expect(() => command('fly')).toThrow('fly');
});
