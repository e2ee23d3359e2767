import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Peer } from '../peer.ts';
import { pythonPackageVersion, pythonPrograms } from '../python-environment.ts';
import { startTunnelTo } from './openmetadata-tunnel.ts';

const program = new URL('openmetadata_qlik_cloud.py', import.meta.url).pathname;
const programs = () => pythonPrograms('openmetadata');

/** OpenMetadata's Qlik Cloud source, into a file instead of an OpenMetadata server. What it calls a chart is a sheet. */
export const openmetadata: Peer = {
  get name() {
    return `OpenMetadata ${pythonPackageVersion(programs(), 'openmetadata_ingestion')}`;
  },
  async install() {
    programs();
  },
  async command({ url, apiKey, caFile }, folder) {
    const { protocol, hostname, port } = new URL(url);
    if (protocol !== 'https:') throw new Error('OpenMetadata opens apps over TLS only');
    // It opens apps at port 443, whatever port it is given. Without a NO_PROXY, it passes over proxies for this machine.
    const proxy = port && { HTTPS_PROXY: await startTunnelTo(hostname, Number(port)), NO_PROXY: 'none.invalid' };
    return {
      program: join(programs(), 'python'),
      words: [program, url, join(folder, 'requests.txt')],
      env: {
        API_KEY: apiKey,
        ...proxy,
        ...(caFile && { REQUESTS_CA_BUNDLE: caFile, WEBSOCKET_CLIENT_CA_BUNDLE: caFile }),
      },
    };
  },
  async delivered(_stdout, folder) {
    const lines = (await readFile(join(folder, 'requests.txt'), 'utf8')).split('\n').filter(Boolean);
    const count = (type: string) => {
      const made = lines.filter((line) => line.startsWith(`${type} `));
      return new Set(made.map((line) => JSON.parse(line.slice(type.length)).name)).size;
    };
    // Tables that apps load.
    const others = count('CreateDashboardDataModelRequest');
    return { apps: count('CreateDashboardRequest'), sheets: count('CreateChartRequest'), charts: 0, others };
  },
};
