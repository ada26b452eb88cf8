import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Plugin } from 'vite';
import { WEIGHTS_MODULE, WEIGHTS_PACKAGE } from './mobileNetPlugin.ts';

const POLICY = [
  "default-src 'self'",
  // `blob:` is of files that the page keeps for when the network is off or a newer version is out.
  "script-src 'self' blob: 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "connect-src 'self' blob:",
  "img-src 'self' blob: data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** Puts a content-security policy into the built page; the development server needs inline scripts. */
export function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY.join('; ') },
        injectTo: 'head-prepend',
      },
    ],
  };
}

/** What {@link mobileNetWeightsPlugin} makes is no module of a package, but comes from one. */
const WEIGHTS: LicensedPackage = {
  title: 'MobileNetV2 layers of MoveNet Lightning',
  identifier: 'Apache-2.0',
  text: null,
  copyrights: ['Copyright Google LLC', 'Changed: only the first blocks, laid one after another'],
};

interface LicensedPackage {
  readonly title: string;
  readonly identifier: string;
  readonly text: string | null;
  readonly copyrights: readonly string[];
}

/**
 * Plugins that write `licenses.txt`: the licence of every npm package in the page's *and the worker's* bundle, which
 * Vite's own `build.license` leaves out. The build fails on a package whose terms cannot be told.
 */
export function thirdPartyLicenses(): { readonly collect: () => Plugin; readonly write: () => Plugin } {
  const modulesByFolder = new Map<string, string[]>();
  let withWeights = false;
  let root = '';
  const collect: Plugin['generateBundle'] = (_options, bundle) => {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === 'asset') continue;
      for (const id of chunk.moduleIds) {
        if (id === WEIGHTS_MODULE) withWeights = true;
        const file = id.replace(/[?#].*$/, '');
        // What begins with a dot is a cache there, and no package.
        const folder = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/.][^\\/]*/.exec(file)?.[0];
        if (folder === undefined || !path.isAbsolute(file)) continue;
        modulesByFolder.set(folder, [...(modulesByFolder.get(folder) ?? []), file]);
      }
    }
  };
  return {
    collect: () => ({ name: 'third-party-licenses:collect', apply: 'build', generateBundle: collect }),
    write: () => ({
      name: 'third-party-licenses:write',
      apply: 'build',
      configResolved(config) {
        root = config.root;
      },
      generateBundle(...bundleArguments) {
        collect.call(this, ...bundleArguments);
        const packages = [...modulesByFolder].map(([folder, files]) => readPackage(folder, files));
        if (withWeights) packages.push(readPackage(path.join(root, WEIGHTS_PACKAGE), []), WEIGHTS);
        this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: licensesText(packages) });
      },
    }),
  };
}

function readPackage(folder: string, files: readonly string[]): LicensedPackage {
  const manifest: { name: string; version: string; license?: string } = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  );
  return {
    title: `${manifest.name} ${manifest.version}`,
    identifier: manifest.license ?? 'unknown',
    text: ownLicense(folder),
    copyrights: copyrightsIn(files),
  };
}

/** The licence file's text, else the licence section at the end of the readme, else `null`. */
function ownLicense(folder: string): string | null {
  const names = readdirSync(folder);
  const file = names.find((name) => /^(licen[cs]e|copying)/i.test(name));
  if (file !== undefined) return readFileSync(path.join(folder, file), 'utf8').trim();
  const readme = names.find((name) => /^readme/i.test(name));
  if (readme === undefined) return null;
  const section = /^(?:#+\s*)?licen[cs]e\b[^\n]*\n(?:[-=]+\n)?([\s\S]*)$/im.exec(
    readFileSync(path.join(folder, readme), 'utf8'),
  )?.[1];
  return section?.includes('Permission is hereby granted') ? section.trim() : null;
}

function copyrightsIn(files: readonly string[]): string[] {
  const lines = new Set<string>();
  for (const file of files.filter((name) => existsSync(name))) {
    const found = /Copyright (?:\(c\) )?\d{4}[^\n*]*/i.exec(readFileSync(file, 'utf8'))?.[0];
    if (found !== undefined) lines.add(found.trim());
  }
  return [...lines].sort();
}

/** One section a licence text, since many packages share theirs word for word. */
function licensesText(packages: readonly LicensedPackage[]): string {
  // Apache-2.0's text names no owner, so one copy serves every package that comes without it.
  const apache = packages.find((entry) => entry.identifier === 'Apache-2.0' && entry.text !== null)?.text;
  const headingsByText = new Map<string, string[]>();
  for (const { title, identifier, text, copyrights } of packages.toSorted((a, b) => a.title.localeCompare(b.title))) {
    const terms = text ?? (identifier === 'Apache-2.0' ? apache : undefined);
    if (!terms) throw new Error(`No licence text was found for ${title} (${identifier}).`);
    const heading = [`${title} (${identifier})`, ...(text === null ? copyrights : [])].join('\n  ');
    headingsByText.set(terms, [...(headingsByText.get(terms) ?? []), heading]);
  }
  const sections = [...headingsByText].map(([terms, headings]) => `${headings.join('\n')}\n\n${terms}\n`);
  return `This page contains the following packages.\n\n${sections.join(`\n${'─'.repeat(80)}\n\n`)}`;
}
