// node tools/finish.mjs FOLDER: makes what Angular has built ready to be served. The same sources give the same files on
// every machine, and a .br and a .gz beside each text mean that the server compresses nothing.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

import { build } from 'esbuild';

const TEXTS = /\.(m?js|css|html|json|svg|webmanifest|txt)$/;
const SMALLEST = 1024;

const folder = process.argv[2];
if (!folder) throw new Error('Which folder?');
await forgetTheTime(join(folder, 'ngsw.json'));
await buildWorker(join(folder, 'studio-worker.js'));
for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !TEXTS.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const content = await readFile(path);
  if (content.length < SMALLEST) continue;
  const hints = {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    },
  };
  await writeFile(`${path}.br`, brotliCompressSync(content, hints));
  await writeFile(`${path}.gz`, gzipSync(content, { level: 9 }));
}

/** Our own service worker, which brings Angular's along; Angular builds none but its own. */
async function buildWorker(path) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  await build({
    absWorkingDir: root,
    entryPoints: ['src/worker/worker.ts'],
    tsconfig: 'tsconfig.worker.json',
    outfile: path,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    logLevel: 'warning',
  });
}

/** The service worker takes a list of files with another time in it for a new version. */
async function forgetTheTime(path) {
  const list = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...list, timestamp: 0 }));
}
