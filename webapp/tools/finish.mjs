// node tools/finish.mjs FOLDER: makes what Angular has built ready to be served. The same sources give the same files on
// every machine, and a .br and a .gz beside each text mean that the server compresses nothing.
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const TEXTS = /\.(m?js|css|html|json|svg|webmanifest|txt)$/;
const SMALLEST = 1024;

const folder = process.argv[2];
if (!folder) throw new Error('Which folder?');
await forgetTheTime(join(folder, 'ngsw.json'));
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

/** The service worker takes a list of files with another time in it for a new version. */
async function forgetTheTime(path) {
  const list = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...list, timestamp: 0 }));
}
