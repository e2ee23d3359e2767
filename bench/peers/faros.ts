import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Peer } from '../peer.ts';
import { readPrinted } from '../records.ts';

const version = '0.23.19';
/** The last three are used by the package, and by its makers' sources, but not declared by it. */
const packages = [
  `faros-airbyte-cdk@${version}`,
  'axios@1.21.1',
  'commander@13.1.0',
  'faros-js-client@0.9.0',
  'lodash@4.18.1',
];
/** What those packages need in turn is taken as it was then. */
const before = '2026-11-21';

const root = new URL(`../../node_modules/.cache/faros-${version}`, import.meta.url).pathname;
const modules = join(root, 'node_modules');
const source = new URL('faros-source.cjs', import.meta.url).pathname;

/** A source on Faros' CDK, which is what there is for Airbyte sources in JavaScript, with the HTTP client that Faros uses. */
export const faros: Peer = {
  get name() {
    const { version } = JSON.parse(readFileSync(join(modules, 'faros-airbyte-cdk/package.json'), 'utf8'));
    return `faros-airbyte-cdk ${version}`;
  },
  async install() {
    const whole = join(root, 'is-whole');
    if (existsSync(whole)) return;
    await rm(root, { recursive: true, force: true });
    await mkdir(root, { recursive: true });
    const words = ['install', '--prefix', root, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
    await promisify(execFile)('npm', [...words, '--before', before, ...packages], { cwd: root });
    await writeFile(whole, '');
  },
  async command({ url, apiKey }, folder) {
    const config = join(folder, 'config.json');
    const catalog = join(folder, 'catalog.json');
    const stream = { name: 'users', json_schema: {}, supported_sync_modes: ['full_refresh'] };
    const streams = [{ stream, sync_mode: 'full_refresh', destination_sync_mode: 'append' }];
    await writeFile(config, JSON.stringify({ tenant_url: url, api_key: apiKey }));
    await writeFile(catalog, JSON.stringify({ streams }));
    return {
      program: process.execPath,
      words: [source, 'read', '--config', config, '--catalog', catalog],
      env: { NODE_PATH: modules },
    };
  },
  async delivered(stdoutPath) {
    const { records } = await readPrinted(stdoutPath);
    return { users: records.users ?? 0 };
  },
};
