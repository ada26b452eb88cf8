import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { REPOSITORY } from './stages.mjs';

/** More than that, and a newcomer reads a list instead of finding a place. */
const MAX_SOURCES_IN_A_FOLDER = 30;

/** From here on a folder of the large rooms says what is in it. */
const SOURCES_THAT_WANT_A_README = 8;

/** Rooms that are read folder by folder. */
const LARGE_ROOMS = /^src\/(ui|workbench|segmentation|project)\//;

/** Lines of a README: enough to find one's way, few enough to be read. */
const README_LINES = { min: 10, max: 40 } as const;

/** Whose READMEs are pages of figures, too: as long as they have to be. */
const LONGER_READMES = new Set(['src/segmentation/bench']);

const SOURCE = /\.(ts|tsx|mjs|py)$/;
/** What stands beside sources and is found by their names. */
const BESIDE = /\.(test|bench|spec)\.|TestTools\.|(^|\/)[a-z]\w*Fixture\./;

/** Made by commands, or fetched: nothing that a README can point at stands there for certain. */
const UNTRACKED = new Set(['node_modules', 'dist', 'test-results', 'playwright-report', '.git', '.cache']);

/** All files below a folder of the repository, by their paths from its root. */
function filesBelow(folder: string): string[] {
  return readdirSync(path.join(REPOSITORY, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(folder, entry.name);
    if (UNTRACKED.has(entry.name)) return [];
    return entry.isDirectory() ? filesBelow(name) : [name];
  });
}

function read(file: string): string {
  return readFileSync(path.join(REPOSITORY, file), 'utf8');
}

const files = filesBelow('.');
const folders = new Set(files.flatMap((file) => ancestors(path.posix.dirname(file))));

/** How many sources each folder holds directly, tests apart. */
function sourceCounts(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const file of files) {
    if (!SOURCE.test(file) || BESIDE.test(file)) continue;
    const folder = path.posix.dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return counts;
}

function ancestors(folder: string): string[] {
  return folder === '.' ? [] : [folder, ...ancestors(path.posix.dirname(folder))];
}

/** Files and folders that a text names between backticks (`a/b.ts`, `a/b/`) or links to. */
function pathsIn(markdown: string): string[] {
  const quoted = markdown.matchAll(/`((?:[\w.-]+\/)*[\w.-]+\.(?:ts|tsx|mjs|css|py|json|md|html)|(?:[\w.-]+\/)+)`/g);
  const linked = markdown.matchAll(/\]\(([^):#]+)\)|src="([^":]+)"/g);
  return [...quoted, ...linked].map(([, one, other]) => (one ?? other ?? '').replace(/\/$/, ''));
}

/** Whether a path from the root, from `folder`, or by its last parts alone, leads somewhere. */
function exists(name: string, folder: string): boolean {
  const beside = path.posix.join(folder, name);
  const isNamed = (place: string) => place === name || place === beside || place.endsWith(`/${name}`);
  return files.some(isNamed) || [...folders].some(isNamed);
}

describe('the house', () => {
  it('has no folder of more sources than a newcomer can look over, tests apart', () => {
    const counts = sourceCounts();
    expect(counts.get('src/segmentation/losses')).toBeGreaterThan(5);
    expect([...counts].filter(([, count]) => count > MAX_SOURCES_IN_A_FOLDER)).toEqual([]);
  });

  it('has a README of 10 to 40 lines in every room, and in every folder of the large ones that holds many sources', () => {
    const rooms: Readonly<Record<string, unknown>> = JSON.parse(read('.config/rooms.json'));
    const counts = [...sourceCounts()];
    const large = counts.filter(([folder, count]) => LARGE_ROOMS.test(folder) && count >= SOURCES_THAT_WANT_A_README);
    expect(large.length).toBeGreaterThan(10);
    const wanted = [...Object.keys(rooms).map((room) => `src/${room}`), ...large.map(([folder]) => folder)];
    expect(wanted.filter((folder) => !files.includes(`${folder}/README.md`))).toEqual([]);

    const readmes = files.filter((file) => file.startsWith('src/') && path.posix.basename(file) === 'README.md');
    const lengths = readmes.map((file) => ({ file, lines: read(file).trimEnd().split('\n').length }));
    const bounded = lengths.filter(({ file }) => !LONGER_READMES.has(path.posix.dirname(file)));
    expect(bounded.filter(({ lines }) => lines < README_LINES.min || lines > README_LINES.max)).toEqual([]);
  });

  it('has every file and folder that its pages name', () => {
    // Credits name files of other projects.
    const pages = files.filter((file) => file.endsWith('.md') && path.posix.basename(file) !== 'CREDITS.md');
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'e2e/PROMISES.md']));
    const named = pages.flatMap((page) => pathsIn(read(page)).map((name) => ({ page, name })));
    expect(named.length).toBeGreaterThan(20);
    const missing = named.filter(({ page, name }) => !exists(name, path.posix.dirname(page)));
    expect(missing.filter(({ name }) => !UNTRACKED.has(name.split('/')[0] ?? ''))).toEqual([]);
  });

  it('finds names of files between backticks and behind links, and nothing else', () => {
    const markdown =
      'See `src/a.ts`, `b.spec.ts`, `c/d/`, [e](f/g.md), <img src="h.webp">, `npm test`, `n/1`, [x](https://y.z/).';
    expect(pathsIn(markdown)).toEqual(['src/a.ts', 'b.spec.ts', 'c/d', 'f/g.md', 'h.webp']);
    expect(exists('no/such/file.ts', '.')).toBe(false);
    expect(exists('ouse.test.ts', 'e2e/tools')).toBe(false);
    expect(exists('house.test.ts', 'e2e/tools')).toBe(true);
  });
});
