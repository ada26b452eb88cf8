import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pythonTokens } from './pythonTokens.ts';

it('tells comments, strings, keywords and numbers apart', () => {
  const tokens = pythonTokens('def f(x):  # half\n    """Of "x"."""\n    return x / 2.5 + len("#no\\"") + form4');
  expect(tokens.filter(({ kind }) => kind !== 'plain')).toEqual([
    { kind: 'keyword', text: 'def' },
    { kind: 'comment', text: '# half' },
    { kind: 'string', text: '"""Of "x"."""' },
    { kind: 'keyword', text: 'return' },
    { kind: 'number', text: '2.5' },
    { kind: 'string', text: '"#no\\""' },
  ]);
});

it('loses nothing', () => {
  const anyText = fc
    .array(fc.constantFrom('"', '"""', '#', '\n', 'def', ' ', '1e-5', 'x', '\\', 'f"'))
    .map((all) => all.join(''));
  fc.assert(
    fc.property(anyText, (text) => {
      expect(
        pythonTokens(text)
          .map((token) => token.text)
          .join(''),
      ).toBe(text);
    }),
  );
});
