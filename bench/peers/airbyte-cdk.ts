import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Peer } from '../peer.ts';
import { pythonPackageVersion, pythonPrograms } from '../python-environment.ts';
import { readPrinted } from '../records.ts';

const manifest = new URL('airbyte-cdk.yaml', import.meta.url).pathname;
const programs = () => pythonPrograms('airbyte-cdk');

/** A declarative manifest, which is how new connectors are written, in the runner of Airbyte's Python CDK. */
export const airbyteCdk = runner('users', 'full_refresh');

/** The same with a cursor that the CDK compares itself, since Qlik cannot be asked for what changed. */
export const airbyteCdkIncremental = runner('users_incremental', 'incremental');

function runner(name: string, mode: 'full_refresh' | 'incremental'): Peer {
  return {
    get name() {
      const version = pythonPackageVersion(programs(), 'airbyte_cdk');
      return `Airbyte Python CDK ${version}${mode === 'incremental' ? ', incremental' : ''}`;
    },
    async install() {
      programs();
    },
    async command({ url, apiKey }, folder) {
      const config = join(folder, 'config.json');
      const catalog = join(folder, 'catalog.json');
      const stream = { name, json_schema: {}, supported_sync_modes: [mode] };
      const streams = [{ stream, sync_mode: mode, destination_sync_mode: 'append' }];
      await writeFile(config, JSON.stringify({ tenant_url: url, api_key: apiKey }));
      await writeFile(catalog, JSON.stringify({ streams }));
      return {
        program: join(programs(), 'source-declarative-manifest'),
        words: ['read', '--config', config, '--catalog', catalog, '--manifest-path', manifest],
      };
    },
    async delivered(stdoutPath) {
      const { records } = await readPrinted(stdoutPath);
      return { users: records[name] ?? 0 };
    },
  };
}
