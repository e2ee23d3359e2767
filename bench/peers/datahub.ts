import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Peer } from '../peer.ts';
import { pythonPackageVersion, pythonPrograms } from '../python-environment.ts';

const program = new URL('datahub_run.py', import.meta.url).pathname;
const programs = () => pythonPrograms('datahub');

/** A metadata change proposal of DataHub, as far as it is looked into. */
interface Proposal {
  readonly entityUrn: string;
  readonly aspectName: string;
  readonly aspect: { readonly json: { readonly typeNames?: readonly string[] } };
}

/** DataHub's Qlik Sense source, run by its own pipeline, into a file instead of a DataHub server. */
export const datahub: Peer = {
  get name() {
    return `DataHub ${pythonPackageVersion(programs(), 'acryl_datahub')}`;
  },
  async install() {
    programs();
  },
  async command({ url, apiKey, caFile }, folder) {
    const { protocol, host } = new URL(url);
    if (protocol !== 'https:') throw new Error('DataHub speaks TLS only');
    const recipe = join(folder, 'recipe.json');
    // The source has no setting for a port: it stands where the name of the host does.
    await writeFile(
      recipe,
      JSON.stringify({
        source: { type: 'qlik-sense', config: { tenant_hostname: host, api_key: apiKey } },
        sink: { type: 'file', config: { filename: join(folder, 'proposals.json') } },
      }),
    );
    return {
      program: join(programs(), 'python'),
      words: [program, recipe],
      env: {
        DATAHUB_TELEMETRY_ENABLED: 'false',
        // It keeps its own settings at home.
        HOME: folder,
        ...(caFile && { REQUESTS_CA_BUNDLE: caFile, WEBSOCKET_CLIENT_CA_BUNDLE: caFile }),
      },
    };
  },
  async delivered(_stdout, folder) {
    // What is proposed again is the same entity: sheets and charts of an app and of its published copies have the same names.
    const proposals: Proposal[] = JSON.parse(await readFile(join(folder, 'proposals.json'), 'utf8'));
    const count = (isCounted: (proposal: Proposal) => boolean | undefined) =>
      new Set(proposals.filter(isCounted).map(({ entityUrn }) => entityUrn)).size;
    const apps = count(({ aspect }) => aspect.json.typeNames?.includes('Qlik App'));
    const sheets = count(({ aspectName }) => aspectName === 'dashboardInfo');
    const charts = count(({ aspectName }) => aspectName === 'chartInfo');
    // Spaces, users, and the tables that apps load, with their lineage.
    return { apps, sheets, charts, others: count(() => true) - apps - sheets - charts };
  },
};
