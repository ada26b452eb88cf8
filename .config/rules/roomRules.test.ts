import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { REPOSITORY, scriptOf, stage } from '../run/stages.mjs';

const SRC = path.join(REPOSITORY, 'src');

/** What a room may import: other rooms, and npm packages; every package named here is forbidden to all others. */
const ROOMS: Readonly<Record<string, { readonly rooms: readonly string[]; readonly packages: readonly string[] }>> =
  JSON.parse(readFileSync(path.join(REPOSITORY, '.config', 'rooms.json'), 'utf8'));
const PACKAGES = [...new Set(Object.values(ROOMS).flatMap(({ packages }) => packages)), 'unheard-of'];

const rooms = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => path.basename(name) === 'tsconfig.json' && name !== 'tsconfig.json')
  .map((name) => path.dirname(name).replaceAll(path.sep, '/'));

/** Rooms that a room's `tsconfig.json` references. */
function referencesOf(room: string): string[] {
  const config: { references: { path: string }[] } = JSON.parse(
    readFileSync(path.join(SRC, room, 'tsconfig.json'), 'utf8'),
  );
  return config.references.map((reference) =>
    path.relative(SRC, path.resolve(SRC, room, reference.path)).replaceAll(path.sep, '/'),
  );
}

const waysToImport = (specifier: string) => [
  `import '${specifier}';`,
  `import type {} from '${specifier}';`,
  `export type {} from '${specifier}';`,
  `import('${specifier}');`,
];

let folder: string;

beforeEach(() => {
  // Inside the repository, so that packages resolve, but where no tool looks.
  mkdirSync(path.join(REPOSITORY, 'node_modules', '.cache'), { recursive: true });
  folder = mkdtempSync(path.join(REPOSITORY, 'node_modules', '.cache', 'roomRules-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

interface LintDiagnostic {
  readonly category: string;
  readonly location: { readonly path: string; readonly start: { readonly line: number } };
}

/** Lints files of a tree with this repository's configuration. */
function lintDiagnostics(linesByFile: ReadonlyMap<string, readonly string[]>): LintDiagnostic[] {
  const tree = mkdtempSync(path.join(tmpdir(), 'roomRules-'));
  try {
    copyFileSync(path.join(REPOSITORY, '.biome.json'), path.join(tree, '.biome.json'));
    for (const [file, lines] of linesByFile) {
      mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
      writeFileSync(path.join(tree, file), lines.join('\n'));
    }
    const options = ['lint', '--vcs-enabled=false', '--reporter=json', '--max-diagnostics=none', '.'];
    const { stdout } = spawnSync(process.execPath, [scriptOf(stage('lint')), ...options], {
      cwd: tree,
      encoding: 'utf8',
    });
    return (JSON.parse(stdout) as { diagnostics: LintDiagnostic[] }).diagnostics;
  } finally {
    rmSync(tree, { recursive: true });
  }
}

/** The imports that the linter refuses, as `FILE: the line's text`. */
function refusedImports(linesByFile: ReadonlyMap<string, readonly string[]>): Set<string> {
  const imports = lintDiagnostics(linesByFile).filter(({ category }) =>
    /noRestrictedImports|noNodejsModules/.test(category),
  );
  return new Set(
    imports.map(({ location }) => {
      const file = location.path.replaceAll(path.sep, '/');
      return `${file}: ${linesByFile.get(file)?.[location.start.line - 1]}`;
    }),
  );
}

/** The lines of `imports`, of those in every room's probe file, that `isAllowed` says should be refused. */
function lintRooms(specifiersOf: (room: string) => Iterable<readonly [specifier: string, isAllowed: boolean]>) {
  const linesByFile = new Map<string, string[]>();
  const expected = new Set<string>();
  for (const room of rooms) {
    const file = `src/${room}/deeper/probe.ts`;
    const specifiers = [...specifiersOf(room)];
    linesByFile.set(
      file,
      specifiers.flatMap(([specifier]) => waysToImport(specifier)),
    );
    for (const [specifier, isAllowed] of specifiers) {
      if (isAllowed) continue;
      for (const line of waysToImport(specifier)) expected.add(`${file}: ${line}`);
    }
  }
  return { refused: refusedImports(linesByFile), expected };
}

it('is one table: the rooms’ projects and the README say the same', () => {
  expect([...rooms].sort()).toEqual(Object.keys(ROOMS).sort());
  const readme = readFileSync(path.join(REPOSITORY, 'README.md'), 'utf8');
  for (const [room, { rooms: allowed }] of Object.entries(ROOMS)) {
    expect([room, referencesOf(room)]).toEqual([room, allowed]);
    const row = new RegExp(`^\\| \`${room}\` \\|.*\\| ([^|]*) \\|$`, 'm').exec(readme)?.[1];
    expect([room, row]).toEqual([room, allowed.map((name) => `\`${name}\``).join(', ') || 'nothing']);
  }
});

it('refuses every import of a room that is not in the table, in all four ways, and no other', () => {
  const { refused, expected } = lintRooms(function* (room) {
    const allowed = [room, ...(ROOMS[room]?.rooms ?? [])];
    const up = '../'.repeat(room.split('/').length + 1);
    for (const other of rooms) {
      // A room's own files are reached without its name.
      if (other !== room) yield [`${up}${other}/anything.ts`, allowed.includes(other)];
    }
    yield ['./neighbour.ts', true];
    yield ['../above.ts', true];
  });
  expect(rooms.length).toBeGreaterThanOrEqual(12);
  expect([...refused].sort()).toEqual([...expected].sort());
});

it('refuses every npm package and Node module that is not the room’s own', () => {
  const { refused, expected } = lintRooms(function* (room) {
    for (const name of PACKAGES) yield [name, ROOMS[room]?.packages.includes(name) ?? false];
    yield ['node:fs', false];
    yield ['fs', false];
  });
  expect([...refused].sort()).toEqual([...expected].sort());
});

it('refuses circles of imports, by types alone, too', () => {
  const report = (other: string) =>
    lintDiagnostics(
      new Map([
        ['src/labels/a.ts', ["import type { B } from './b.ts';", 'export interface A { readonly b: B }']],
        ['src/labels/b.ts', [`import type { A } from './${other}.ts';`, 'export interface B { readonly a: A }']],
      ]),
    ).filter(({ category }) => /noImportCycles/.test(category));
  expect(report('a').length).toBeGreaterThan(0);
  expect(report('c')).toEqual([]);
});

it('lets tests import what they like', () => {
  const lines = waysToImport('node:fs').concat(waysToImport('fast-check'), waysToImport('../ui/App.tsx'));
  expect(refusedImports(new Map([['src/labels/x.test.ts', lines]]))).toEqual(new Set());
});

it('fails to compile an import of a room that is not referenced, and a browser’s global in a pure room', () => {
  const up = path.relative(path.join(folder, 'probe'), REPOSITORY).replaceAll(path.sep, '/');
  const references = referencesOf('metrics').map((room) => ({ path: `${up}/src/${room}` }));
  const forbidden = [...waysToImport(`${up}/src/training/protocol.ts`), 'document.title;'];
  // The compiler reports a foreign file once, so every probe is a project of its own.
  const projects = forbidden.map((line, index) => {
    const project = path.join(folder, `probe${index}`);
    mkdirSync(project);
    writeFileSync(path.join(project, 'probe.ts'), `import '${up}/src/labels/planes.ts';\n${line}`);
    const config = {
      extends: `${up}/src/metrics/tsconfig.json`,
      compilerOptions: { rootDir: up, outDir: 'out', tsBuildInfoFile: 'out/probe.tsbuildinfo' },
      include: ['probe.ts'],
      references,
    };
    writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify(config));
    return project;
  });
  const { stdout } = spawnSync(process.execPath, [scriptOf(stage('types')), '-b', ...projects, '--pretty', 'false'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const errors = [...stdout.matchAll(/^(probe\d\/probe\.ts\(\d+),\d+\): error (TS\d+)/gm)].map(
    ([, at, code]) => `${at} ${code}`,
  );
  // TS6307: the file is in no referenced project. TS2584: no such name without the DOM library.
  expect(errors.sort()).toEqual([
    ...forbidden.slice(0, -1).map((_, index) => `probe${index}/probe.ts(2 TS6307`),
    'probe4/probe.ts(2 TS2584',
  ]);
});
