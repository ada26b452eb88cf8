import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';

/** @type {Readonly<Record<string, string>>} */
const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.zip': 'application/zip',
};

/**
 * Serves a folder under `/SUBPATH/` of a free port on this machine, as a static host does: no headers but the type,
 * and 404 for everything else, so that a page which forgets the sub-path is found out.
 *
 * @param {string} folder
 * @param {string} subPath Without slashes.
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} `url` ends in a slash.
 */
export async function serveFolder(folder, subPath) {
  const prefix = `/${subPath}/`;
  const server = createServer(async (request, response) => {
    const file = fileOf(request.url ?? '/', folder, prefix);
    const isThere = file !== null && (await stat(file).catch(() => null))?.isFile();
    if (file === null || !isThere) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(null));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The test server has no port.');
  return {
    url: `http://localhost:${address.port}${prefix}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * @param {string} url
 * @param {string} folder
 * @param {string} prefix
 * @returns {string | null} `null` outside the folder.
 */
function fileOf(url, folder, prefix) {
  const { pathname } = new URL(url, 'http://localhost');
  if (!pathname.startsWith(prefix)) return null;
  const rest = decode(pathname.slice(prefix.length));
  if (rest === null) return null;
  const file = path.join(folder, rest === '' ? 'index.html' : rest);
  return path.relative(folder, file).startsWith('..') ? null : file;
}

/**
 * @param {string} text
 * @returns {string | null}
 */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
