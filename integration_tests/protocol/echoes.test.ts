import { describe, expect, it } from 'vitest';
import { startSimulatedTenant } from '../../src/simulator/tenant.ts';
import { readHere } from '../support/in-process.ts';

/** A part of a key, as a tenant or something before it may repeat it, and what of it no output may hold. */
const ECHOES: readonly [how: string, echo: (key: string) => string, never: (key: string) => string][] = [
  ['cut', (key) => `the key …${key.slice(60, 80)}… is unknown`, (key) => key.slice(63, 77)],
  ['wrapped', (key) => `the key ${key.slice(60, 90).replaceAll(/(.{8})/g, '$1\n')}`, (key) => key.slice(70, 75)],
  ['in capitals', (key) => `THE KEY ${key.slice(60, 90).toUpperCase()}`, (key) => key.slice(63, 80).toUpperCase()],
  ['in hexadecimal', (key) => `bytes ${hex(key.slice(60, 90))}`, (key) => hex(key.slice(63, 80))],
  ['by its payload', (key) => `subject ${key.split('.')[1]}`, (key) => key.split('.')[1]?.slice(0, 12) ?? ''],
];

function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

describe.concurrent('an answer that repeats the key', () => {
  it.each(ECHOES)('%s puts it into no message, state or record', async (_, echo, never) => {
    await using tenant = await startSimulatedTenant({ users: 5, apps: 3 });
    const title = echo(tenant.apiKey);
    tenant.faults.add({ path: /\/users\?/, status: 403, title });
    tenant.faults.add({ path: /\/data\/metadata/, status: 403, title });
    tenant.faults.add({ path: /\/assignments/, status: 404, title });
    tenant.engine.faults.add({ method: 'OpenDoc', error: 5, parameter: title, message: title });
    const wish = { streams: ['users', 'sheets', 'app_tables', 'app_coverage', 'space_assignments'] };
    for (const mode of ['incremental', 'full_refresh'] as const) {
      const { lines } = await readHere(tenant, { ...wish, mode, env: { LOG_LEVEL: 'debug' } }, {});
      const told = JSON.stringify(lines);
      expect(told).toContain('****');
      expect(told).not.toContain(never(tenant.apiKey));
      const rows = lines.filter(({ record }) => record?.stream === 'app_coverage');
      expect(JSON.stringify(rows)).toContain('****');
    }
  });
});
