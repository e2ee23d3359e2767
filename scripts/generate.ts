import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';
import { dataModelPage } from './data-model.ts';
import { furtherDiagram, mainDiagram } from './diagram.ts';
import { unplacedParts, withGeneratedParts } from './generated-parts.ts';

/**
 * Writes src/generated/<name>.ts for every schemas/<name>.json: the type of a stream's rows, and for spec.json the
 * type of the settings; and the type of all streams' names. Writes docs/data-model.md and its pictures too, and in the other pages what is
 * between `<!-- generated: NAME -->` and `<!-- end -->`. With --check it writes nothing and exits 1 when one of these files is not
 * what it would write.
 */

type Schema = { [keyword: string]: unknown };

const schemasDir = new URL('../schemas/', import.meta.url);
const projectDir = new URL('../', import.meta.url);
const generatedDir = new URL('src/generated/', projectDir);

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schema as the compiler should see it: a misspelt field is an error, and only what deserves one has a name. */
function forTypes(schema: Schema, title?: string): Schema {
  const { title: _, additionalProperties, properties, items, oneOf, type, ...rest } = schema;
  return {
    ...rest,
    ...(title && { title }),
    ...(type !== undefined && { type: nullLast(type) }),
    additionalProperties: additionalProperties === true && !isSchema(properties),
    ...(isSchema(properties) && { properties: forFields(properties) }),
    ...(isSchema(items) && { items: forTypes(items) }),
    ...(Array.isArray(oneOf) && {
      oneOf: oneOf.filter(isSchema).map((option) => forTypes(option, String(option.title))),
    }),
  };
}

function forFields(properties: Schema): Schema {
  const entries = Object.entries(properties);
  return Object.fromEntries(entries.map(([name, value]) => [name, isSchema(value) ? forTypes(value) : value]));
}

function nullLast(type: unknown): unknown {
  return Array.isArray(type) ? type.toSorted((a, b) => Number(a === 'null') - Number(b === 'null')) : type;
}

async function typesOf(name: string): Promise<string> {
  const schema: Schema = JSON.parse(readFileSync(new URL(`${name}.json`, schemasDir), 'utf8'));
  const typeName = name === 'spec' ? 'Config' : String(schema.title);
  const interfaces = await compile(forTypes(schema, typeName), typeName, {
    bannerComment: `/* Generated from schemas/${name}.json. Do not edit: change the schema and run \`npm run generate\`. */`,
    ignoreMinAndMaxItems: true,
    style: { singleQuote: true, printWidth: 120, trailingComma: 'all' },
  });
  // A type can be taken for a row of unknown fields, an interface cannot, since others might add to it.
  return interfaces.replaceAll(/^export interface (\w+) \{$/gm, 'export type $1 = {').replaceAll(/^\}$/gm, '};');
}

/** The name of any stream, so that the compiler misses what a table by stream lacks. */
function streamNames(streams: readonly string[]): string {
  const banner =
    '/* Generated from the names of schemas/*.json. Do not edit: add a schema and run `npm run generate`. */';
  return `${banner}\nexport type StreamName =\n${streams.map((name) => `  | '${name}'`).join('\n')};\n`;
}

function filesIn(dir: URL, ending: string): string[] {
  return readdirSync(dir)
    .filter((file) => file.endsWith(ending))
    .sort();
}

function currentText(path: string): string | undefined {
  const file = new URL(path, projectDir);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

const names = filesIn(schemasDir, '.json').map((file) => file.slice(0, -'.json'.length));
/** The pages that people write, and that have generated parts. */
const pages = ['README.md', ...filesIn(new URL('docs/', projectDir), '.md').map((file) => `docs/${file}`)].filter(
  (path) => path !== 'docs/data-model.md',
);
/** By their paths in the project. */
const wanted = new Map([
  ['docs/data-model.md', dataModelPage()],
  ['docs/data-model.svg', mainDiagram()],
  ['docs/data-model-further.svg', furtherDiagram()],
]);
for (const name of names) wanted.set(`src/generated/${name}.ts`, await typesOf(name));
wanted.set('src/generated/stream-name.ts', streamNames(names.filter((name) => name !== 'spec')));
for (const path of pages) wanted.set(path, withGeneratedParts(currentText(path) ?? ''));
const unplaced = unplacedParts(pages.map((path) => wanted.get(path) ?? ''));
if (unplaced.length > 0) throw new Error(`No page has a place for: ${unplaced.join(', ')}`);
const stale = [...wanted].filter(([path, text]) => currentText(path) !== text).map(([path]) => path);
const surplus = filesIn(generatedDir, '.ts')
  .map((file) => `src/generated/${file}`)
  .filter((path) => !wanted.has(path));

if (process.argv.includes('--check')) {
  const faults = [
    ...stale.map((path) => `${path} does not match what it is made from`),
    ...surplus.map((path) => `${path} has no schema`),
  ];
  if (faults.length > 0) {
    process.stderr.write(`${faults.join('\n')}\nRun \`npm run generate\` and commit what it writes.\n`);
    process.exitCode = 1;
  }
} else {
  for (const path of stale) writeFileSync(new URL(path, projectDir), wanted.get(path) ?? '');
  for (const path of surplus) rmSync(new URL(path, projectDir));
}
