import { execFile } from 'node:child_process';
import { mkdir, mkdtempDisposable, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { Connector } from './connector.ts';
import { describeMachine } from './machine.ts';
import { type Kept, page } from './page.ts';
import type { Part } from './part.ts';
import { engine } from './parts/engine.ts';
import { growth } from './parts/growth.ts';
import { start } from './parts/start.ts';
import { throughput } from './parts/throughput.ts';

const call = promisify(execFile);
const parts: { readonly [name: string]: Part } = { start, throughput, engine, growth };
const names = Object.keys(parts);
const small = new URL('../node_modules/.cache/bench-small/', import.meta.url).pathname;
const biome = new URL('../node_modules/.bin/biome', import.meta.url).pathname;
const results = new URL('results/', import.meta.url).pathname;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { small: { type: 'boolean' } } });
const strange = positionals.filter((name) => !names.includes(name));
if (strange.length) throw new Error(`there is no part ${strange.join(', ')}; there are ${names.join(', ')}`);
await run(positionals.length ? positionals : names, values.small ?? false);

async function run(chosen: readonly string[], isSmall: boolean): Promise<void> {
  const home = isSmall ? small : results;
  await mkdir(home, { recursive: true });
  await using folder = await mkdtempDisposable(join(tmpdir(), 'bench-'));
  const connector = await Connector.build(folder.path);
  const commit = await call('git', ['describe', '--always', '--dirty'], { cwd: import.meta.dirname }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  for (const name of names.filter((one) => chosen.includes(one))) {
    const begun = Date.now();
    const tell = (line: string) => process.stderr.write(`${seconds(begun)} ${name}, ${line}\n`);
    const findings = await (parts[name] as Part)({ connector, isSmall, folder: folder.path, tell });
    const { picture, ...rest } = findings;
    const date = new Date().toISOString().slice(0, 10);
    const kept: Kept = { date, machine: describeMachine(), ...(commit && { commit }), ...rest };
    await writeFile(join(home, `${name}.json`), `${JSON.stringify(kept, null, 2)}\n`);
    await writeFile(join(home, `${name}.svg`), picture);
    await writeFile(join(home, 'README.md'), page(await keptIn(home)));
    // The linter wants the project's own form.
    if (!isSmall) await call(biome, ['format', '--write', home]);
    tell('done');
  }
  process.stderr.write(`The results are in ${home}\n`);
}

/** What is known of all parts, those that ran another time included. */
async function keptIn(home: string): Promise<[name: string, Kept][]> {
  const files = await readdir(home);
  const known = names.filter((name) => files.includes(`${name}.json`));
  return Promise.all(known.map(async (name) => [name, JSON.parse(await readFile(join(home, `${name}.json`), 'utf8'))]));
}

function seconds(begun: number): string {
  return `${((Date.now() - begun) / 1000).toFixed(0).padStart(5)} s`;
}
