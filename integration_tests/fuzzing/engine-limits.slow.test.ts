import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { answersOf, type Request, type ScriptedApp, say, welcome } from '../../src/qlik/testing/scripted-engine.ts';
import { only, run } from '../support/program.ts';
import { IN_A_HURRY, MiB, sizeOf } from './hurry.ts';
import { smallTenant } from './small-tenant.ts';

const IN_APPS = ['sheets', 'charts'];
const SLOW_MS = 120_000;

const APP: ScriptedApp = { 'sheet-1': { type: 'sheet', children: ['chart-1'] }, 'chart-1': { type: 'kpi' } };

/** The beginning of a text frame of 200 MiB: whoever takes it in has to wait for the rest. */
function sayTooMuch(raw: Duplex): void {
  const head = Buffer.alloc(10);
  head.writeUInt8(0x81, 0);
  head.writeUInt8(127, 1);
  head.writeBigUInt64BE(BigInt(200 * MiB), 2);
  raw.write(Buffer.concat([head, Buffer.alloc(MiB, ' ')]));
}

/** A tenant of three apps, one of which answers a method by a frame of 200 MiB, whatever it is asked about. */
async function tooTalkative(methods: readonly string[]) {
  const tenant = await smallTenant();
  const apps = [...tenant.data.items.all()].filter(({ resourceType }) => resourceType === 'app');
  const loud = apps[0]?.resourceId;
  const sockets = new WebSocketServer({ noServer: true });
  tenant.server.removeAllListeners('upgrade');
  tenant.server.on('upgrade', (asked, raw, head) => {
    const isLoud = asked.url?.includes(`/app/${loud}/`);
    sockets.handleUpgrade(asked, raw, head, (socket) => {
      const usual = answersOf(APP);
      socket.on('error', () => {});
      socket.on('message', (data) => {
        const request = JSON.parse(String(data)) as Request;
        if (isLoud && methods.includes(request.method)) sayTooMuch(raw);
        else say(socket, { id: request.id, ...usual(request) });
      });
      welcome(socket);
    });
  });
  return { tenant, loud };
}

describe.concurrent('a message of the engine that no socket takes', () => {
  it('leads to the tree in pieces', async () => {
    const { tenant } = await tooTalkative(['GetFullPropertyTree']);
    await using _ = tenant;
    const result = await run('read', { tenant, catalog: await only(...IN_APPS), preload: IN_A_HURRY });
    expect(result.errors).toEqual([]);
    expect(result.rows('charts')).toHaveLength(2);
    expect(sizeOf(result)).toBeLessThan(400);
  });

  it.each([['GetFullPropertyTree', 'GetProperties'], ['GetObjects']])(
    'is told with its limit, and the other apps are read: %s',
    async (...methods) => {
      const { tenant, loud } = await tooTalkative(methods);
      await using _ = tenant;
      const result = await run('read', { tenant, catalog: await only(...IN_APPS), preload: IN_A_HURRY });
      expect(result.ends.charts).toBe('INCOMPLETE');
      const { message = '' } = result.errorOf('charts') ?? {};
      expect(message).toContain('128 MiB');
      expect(message).toContain(loud);
      expect(result.rows('charts')).toHaveLength(1);
      expect(sizeOf(result)).toBeLessThan(400);
    },
    SLOW_MS,
  );
});
