import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { REPOSITORY } from '../run/stages.mjs';
import { findBareText } from './bareText.ts';

const SOURCE = path.join(REPOSITORY, 'src');
const COMPONENTS = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.tsx'));

test.each(COMPONENTS)('%s has no text beside what changes', (name) => {
  expect(findBareText(name, readFileSync(path.join(SOURCE, name), 'utf8'))).toEqual([]);
});

describe('the check', () => {
  const found = (jsx: string) =>
    findBareText('sample.tsx', `import { Play } from 'lucide-react';\nconst sample = ${jsx};`);

  test.each([
    ['<p>Train {a} times</p>', ['2: Train', '2: {a}', '2: times']],
    ['<button>{a ? <Play /> : <Pause />}Train</button>', ['2: Train']],
    ['<button><Icon />Train</button>', ['2: Train']],
    ['<p>{a && <b>1</b>}{b}</p>', ['2: {b}']],
    ["<p>{a && 'one'}{b && 'two'}</p>", ["2: {a && 'one'}", "2: {b && 'two'}"]],
    ['<p>{list.map((each) => each.name)}<b>1</b></p>', ['2: {list.map((each) => each.name)}']],
    ['<>text</>', ['2: text']],
    ['<p>{a && <b>1</b>}{children}</p>', ['2: {children}']],
    ['<Field><b>1</b>text</Field>', ['2: text']],
  ])('finds text in %s', (jsx, expected) => {
    expect(found(jsx)).toEqual(expected);
  });

  test.each([
    '<p>{a}</p>',
    "<p>{'Train ' + a}</p>",
    '<button><Play size={16} />Train</button>',
    '<p>Press <kbd>T</kbd>{" "}to train</p>',
    '<p><b>1</b> <i>2</i></p>',
    '<p><b>1</b>{children}</p>',
    '<Hint>{a}</Hint>',
    '<List>{(each) => each.name}</List>',
    '<p>{a ? <Play /> : <Pause />}<span>{b}</span></p>',
    '<ul>{list.map((each) => (<li>{each}</li>))}<li>{a}</li></ul>',
  ])('lets %s pass', (jsx) => {
    expect(found(jsx)).toEqual([]);
  });
});
