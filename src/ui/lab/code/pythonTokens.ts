/** What a piece of a program is, as far as it looks different. */
export type PythonTokenKind = 'plain' | 'comment' | 'string' | 'keyword' | 'number';

export interface PythonToken {
  readonly kind: PythonTokenKind;
  readonly text: string;
}

const KEYWORDS =
  'and|as|assert|break|class|continue|def|del|elif|else|except|False|for|from|if|import|in|is|lambda|None|not|or|pass|raise|return|True|while|with|yield';

const TOKEN = new RegExp(
  [
    String.raw`(?<comment>#[^\n]*)`,
    String.raw`(?<string>[fr]?"""[\s\S]*?"""|[fr]?"(?:\\.|[^"\\\n])*")`,
    String.raw`(?<keyword>\b(?:${KEYWORDS})\b)`,
    String.raw`(?<number>\b\d[\d_.]*(?:e-?\d+)?\b)`,
  ].join('|'),
  'g',
);

const KINDS = ['comment', 'string', 'keyword', 'number'] as const;

/** A program in pieces; put together they are the program. Five kinds of them need no highlighter's grammars. */
export function pythonTokens(text: string): PythonToken[] {
  const tokens: PythonToken[] = [];
  let end = 0;
  const plainUntil = (at: number) => {
    if (at > end) tokens.push({ kind: 'plain', text: text.slice(end, at) });
  };
  for (const match of text.matchAll(TOKEN)) {
    plainUntil(match.index);
    const kind = KINDS.find((name) => match.groups?.[name] !== undefined) ?? 'plain';
    tokens.push({ kind, text: match[0] });
    end = match.index + match[0].length;
  }
  plainUntil(text.length);
  return tokens;
}
