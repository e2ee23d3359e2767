import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { apiKeySettings } from '../support/program.ts';
import { virtualEnvironment } from '../support/virtual-environment.ts';
import { DOCKER_ENV, IMAGE } from './image.ts';

const TESTS = new URL('python/test_image.py', import.meta.url).pathname;

/** Containers that the tests start themselves reach the simulated tenant only by the network of this machine. */
const DOCKER_ON_HOST_NETWORK = `#!/bin/sh
PATH=\${PATH#*:}
[ "$1" != run ] || { shift; set -- run --network host "$@"; }
exec docker "$@"
`;

let report: string;

/** The folder of the connector as the tests expect it, with settings that lead to the tenant. */
async function connectorIn(folder: string, settings: object): Promise<string> {
  const connector = join(folder, 'source-qlik-sense-cloud');
  for (const file of ['metadata.yaml', 'acceptance-test-config.yml', 'integration_tests/invalid_config.json'])
    await cp(new URL(`../../${file}`, import.meta.url), join(connector, file));
  await mkdir(join(connector, 'secrets'));
  await writeFile(join(connector, 'secrets/config.json'), JSON.stringify(settings));
  return connector;
}

beforeAll(async () => {
  const python = join(virtualEnvironment('pyairbyte'), 'python');
  await using tenant = await startSimulatedTenant({ users: 120, apps: 4 });
  const folder = await mkdtemp(join(tmpdir(), 'standard-tests-'));
  try {
    await writeFile(join(folder, 'docker'), DOCKER_ON_HOST_NETWORK);
    await chmod(join(folder, 'docker'), 0o755);
    const env = {
      ...DOCKER_ENV,
      PATH: [folder, process.env.PATH].join(delimiter),
      CONNECTOR: await connectorIn(folder, apiKeySettings(tenant)),
    };
    const plugins = ['-p', 'airbyte_cdk.test.standard_tests.pytest_hooks', '-p', 'no:cacheprovider'];
    const wishes = ['-rA', '--connector-image', IMAGE, '--read-from-streams', 'all'];
    const words = ['-m', 'pytest', TESTS, ...plugins, ...wishes];
    report = await new Promise((resolve) => {
      execFile(python, words, { env, cwd: folder, maxBuffer: 2 ** 26 }, (_, stdout, stderr) =>
        resolve(stdout + stderr),
      );
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}, 300_000);

/** The tests that ended this way, each with the settings that it was run with, if any. */
function ended(how: 'PASSED' | 'FAILED' | 'ERROR'): string[] {
  const lines = [...report.matchAll(new RegExp(`^${how} \\S+::test_docker_image_(\\w+)(?:\\['(\\w+)')?`, 'gm'))];
  return lines.map(([, test, settings]) => [test, settings].filter(Boolean).join(' of ')).sort();
}

it('of Airbyte’s image tests all pass that apply', () => {
  expect(ended('FAILED').concat(ended('ERROR')), report).toEqual([]);
  // The specification is compared with a published one, which there is not.
  expect(ended('PASSED'), report).toEqual([
    'build_and_check of config',
    'build_and_check of invalid_config',
    'build_and_config_matches_spec of config',
    'build_and_discover of config',
    'build_and_read of config',
    'build_and_spec',
    'metadata_fits_the_registry',
  ]);
});
