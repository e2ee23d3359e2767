import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Peer } from '../peer.ts';
import { pythonPackageVersion, pythonPrograms } from '../python-environment.ts';

const program = new URL('dlt_users.py', import.meta.url).pathname;
const programs = () => pythonPrograms('dlt');

/** dlt's REST API source, into JSON lines on the disk, which is the least that a pipeline of dlt can do. */
export const dlt: Peer = {
  get name() {
    return `dlt ${pythonPackageVersion(programs(), 'dlt')}`;
  },
  async install() {
    programs();
  },
  async command({ url, apiKey }, folder) {
    return {
      program: join(programs(), 'python'),
      words: [program, folder],
      env: {
        TENANT_URL: url,
        API_KEY: apiKey,
        RUNTIME__DLTHUB_TELEMETRY: 'false',
        DATA_WRITER__DISABLE_COMPRESSION: 'true',
      },
    };
  },
  async delivered(_stdoutPath, folder) {
    const loaded = join(folder, 'loaded/qlik/users');
    let users = 0;
    for (const name of await readdir(loaded)) {
      const bytes = await readFile(join(loaded, name));
      const lines = name.endsWith('.gz') ? gunzipSync(bytes) : bytes;
      users += lines.toString().split('\n').filter(Boolean).length;
    }
    return { users };
  },
};
