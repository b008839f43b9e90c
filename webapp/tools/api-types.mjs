// node tools/api-types.mjs FILE [--check] < openapi.json: the types of the API, from its own description.
// With --check nothing is written; exit code 1 says that the file is out of date.
import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import openapiTS, { astToString } from 'openapi-typescript';

const HEAD = '// Generated from /openapi.json by `npm run api`. Not to be edited.\n\n';

const [file, check] = process.argv.slice(2);
if (!file) throw new Error('Which file?');
const description = JSON.parse(await text(process.stdin));
const types = HEAD + astToString(await openapiTS(description, { alphabetize: true, rootTypes: false }));
if (check !== '--check') {
  await writeFile(file, types);
} else if (types !== (await readFile(file, 'utf8'))) {
  console.error(`${file} does not match the API any more: npm run api`);
  process.exit(1);
}
