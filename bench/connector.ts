import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { flagsOfImage } from './image-flags.ts';
import type { Command, Target } from './peer.ts';

const root = new URL('..', import.meta.url).pathname;
const node = process.execPath;
const call = promisify(execFile);

/** A way to start the connector, to which the words of its command line are added. */
export type Program = Command;

/** What is to be read, and how. */
export interface Sync {
  readonly target: Target;
  readonly mode: 'full_refresh' | 'incremental';
  /** All, unless given. */
  readonly streams?: readonly string[];
  /** What an earlier sync left. */
  readonly state?: string | undefined;
  /** Besides where the tenant is and how to be let in. */
  readonly settings?: object;
}

interface CatalogStream {
  readonly name: string;
}

/** The connector, built as its image is, and as its sources are. */
export class Connector {
  readonly sources: Program = { program: node, words: [join(root, 'src/main.ts')] };
  /** As in the image: one file, its flags, compiled beforehand. */
  readonly bundle: Program;
  readonly bundleNotCompiled: Program;
  #catalog: readonly CatalogStream[];

  /** Builds it; what is compiled goes to `folder`, which has to stay. */
  static async build(folder: string): Promise<Connector> {
    await call(node, [join(root, 'bundle.ts')], { cwd: root });
    const code = join(folder, 'integration_code');
    await mkdir(code);
    const main = join(code, 'main.cjs');
    await copyFile(join(root, 'dist/main.cjs'), main);
    const bundle = { program: node, words: [...flagsOfImage(), main] };
    const env = { NODE_COMPILE_CACHE: join(folder, 'compile_cache') };
    await call(node, [...bundle.words, 'spec'], { env });
    await call('chmod', ['-R', 'a-w', env.NODE_COMPILE_CACHE]);
    const config = join(folder, 'any-config.json');
    await writeFile(config, JSON.stringify(settingsFor({ url: 'https://localhost', apiKey: 'never used' })));
    const { stdout } = await call(node, [...bundle.words, 'discover', '--config', config]);
    const { catalog } = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .find(({ type }) => type === 'CATALOG');
    return new Connector(bundle, env, catalog.streams);
  }

  constructor(bundle: Program, env: { NODE_COMPILE_CACHE: string }, catalog: readonly CatalogStream[]) {
    this.bundle = { ...bundle, env };
    this.bundleNotCompiled = bundle;
    this.#catalog = catalog;
  }

  /** What a sync is started by; its files are written to `folder`. */
  async readCommand(
    program: Program,
    folder: string,
    { target, mode, streams, state, settings }: Sync,
  ): Promise<Command> {
    const chosen = this.#catalog.filter(({ name }) => streams?.includes(name) ?? true);
    const destination_sync_mode = mode === 'incremental' ? 'append_dedup' : 'overwrite';
    const catalog = { streams: chosen.map((stream) => ({ stream, sync_mode: mode, destination_sync_mode })) };
    const ca_certificate = target.caFile && (await readFile(target.caFile, 'utf8'));
    const config = { ...settingsFor(target), ...(ca_certificate && { ca_certificate }), ...settings };
    const files = { config: JSON.stringify(config), catalog: JSON.stringify(catalog), ...(state && { state }) };
    const words = Object.entries(files).map(async ([role, content]) => {
      const path = join(folder, `${role}.json`);
      await writeFile(path, content);
      return [`--${role}`, path];
    });
    return withWords(program, 'read', ...(await Promise.all(words)).flat());
  }
}

/** A command of a program. */
export function withWords(program: Program, ...words: string[]): Command {
  return { ...program, words: [...program.words, ...words] };
}

function settingsFor({ url, apiKey }: Target) {
  return { tenant_url: url, credentials: { auth_type: 'api_key', api_key: apiKey } };
}
