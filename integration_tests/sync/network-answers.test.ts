import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Tenant, type TenantOptions } from '../../src/qlik/tenant.ts';

/** A host that speaks as `say` does to each question; `asked` holds their first lines. */
async function startHost(say: (socket: Socket, question: number, line: string) => void) {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk;
      const end = heard.indexOf('\r\n\r\n');
      if (end < 0) return;
      const line = heard.slice(0, heard.indexOf('\r\n'));
      heard = heard.startsWith('POST') ? '' : heard.slice(end + 4);
      say(socket, asked.push(line), line);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const USERS = JSON.stringify({ data: [{ id: 'user-1' }], links: {} });

function answer(socket: Socket, status: string, body = '', headers = ''): void {
  socket.write(`HTTP/1.1 ${status}\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`);
}

/** Writes something again and again, until nobody listens. */
function drip(socket: Socket, text: string, everyMs: number): void {
  const timer = setInterval(() => socket.write(text), everyMs);
  socket.on('close', () => clearInterval(timer));
}

const API_KEY = { type: 'api_key', apiKey: 'key-1' } as const;
const OAUTH = { type: 'oauth2_client_credentials', clientId: 'client-1', clientSecret: 'secret-1' } as const;

/** All users; a failed call is made again sooner than in a sync. */
async function users(
  tenantUrl: string,
  options: Partial<TenantOptions> = {},
  credentials: typeof API_KEY | typeof OAUTH = API_KEY,
): Promise<unknown[]> {
  const scope = { includeSpaces: [], excludeSpaces: [], includePersonalApps: true };
  const unheard = { onSecret: () => {}, onWait: () => {}, onCall: () => {}, onWarning: () => {} };
  await using tenant = new Tenant(
    { tenantUrl, credentials, scope },
    {
      ...unheard,
      patience: { retryMs: 60_000, pauseMs: 0, firstBackoffMs: 10 },
      stop: new AbortController().signal,
      ...options,
    },
  );
  const pages = await Array.fromAsync(tenant.pages({ path: '/api/v1/users', query: {}, needs: '' }));
  return pages.flat();
}

const HEADERS = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

/** A minute is less than a second here. An answer may come too late on a busy machine: then it is asked for once more. */
const HASTY = { responseMs: 500 };

describe.concurrent('an answer that does not come to its end counts as a time-out, and is asked for again:', () => {
  it.each<[what: string, begin: (socket: Socket) => void]>([
    ['silence', () => {}],
    [
      'headers that drip',
      (socket) => {
        socket.write(HEADERS);
        drip(socket, 'x-drop: 1\r\n', 20);
      },
    ],
    ['informational answers without end', (socket) => drip(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n', 20)],
    [
      'a body that drips',
      (socket) => {
        socket.write(`${HEADERS}content-length: 1000000\r\n\r\n`);
        drip(socket, ' ', 20);
      },
    ],
    [
      'chunks of a body that drip',
      (socket) => {
        socket.write(`${HEADERS}transfer-encoding: chunked\r\n\r\n`);
        drip(socket, '1\r\n \r\n', 20);
      },
    ],
  ])('%s', async (_, begin) => {
    await using host = await startHost((socket, question) =>
      question === 1 ? begin(socket) : answer(socket, '200 OK', USERS),
    );
    expect(await users(host.url, HASTY)).toEqual([{ id: 'user-1' }]);
    expect(host.asked.length).toBeGreaterThanOrEqual(2);
  });

  it('a body that comes fast, and does not end', async () => {
    await using host = await startHost((socket, question) => {
      if (question > 1) return answer(socket, '200 OK', USERS);
      socket.write(`${HEADERS}transfer-encoding: chunked\r\n\r\n`);
      drip(socket, `400\r\n${' '.repeat(1_024)}\r\n`, 10);
    });
    expect(await users(host.url, { answerMs: 900 })).toEqual([{ id: 'user-1' }]);
    expect(host.asked.length).toBeGreaterThanOrEqual(2);
  });

  it('a token that drips', async () => {
    const token = JSON.stringify({ access_token: 'token-1', expires_in: 3600 });
    await using host = await startHost((socket, question, line) => {
      if (line.startsWith('GET')) return answer(socket, '200 OK', USERS);
      if (question > 1) return answer(socket, '200 OK', token);
      socket.write(`${HEADERS}content-length: 1000000\r\n\r\n`);
      drip(socket, ' ', 20);
    });
    expect(await users(host.url, HASTY, OAUTH)).toEqual([{ id: 'user-1' }]);
    expect(host.asked.filter((line) => line.startsWith('POST')).length).toBeGreaterThanOrEqual(2);
  });

  it('for as long as trouble is borne, and is then told as such', async () => {
    await using host = await startHost((socket) => drip(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n', 20));
    const patience = { retryMs: 700, pauseMs: 0, firstBackoffMs: 10 };
    await expect(users(host.url, { ...HASTY, patience })).rejects.toMatchObject({
      failureType: 'transient_error',
      message: expect.stringMatching(/no whole answer .*0\.5 seconds/),
    });
  });
});

const next = (cursor: number) => ({ next: { href: `https://t.example.com/api/v1/users?next=c${cursor}` } });
const page = (rows: number, from: number, more: object) =>
  JSON.stringify({ data: Array.from({ length: rows }, (_, index) => ({ id: `user-${from + index}` })), ...more });

describe.concurrent('a list whose pages never end ends with an error:', () => {
  it.each<[what: string, answers: (question: number) => string, mostCalls: number]>([
    ['the same rows again and again', (n) => page(100, 0, { links: next(n) }), 30],
    ['the same pages in turn', (n) => page(100, (n % 5) * 100, { links: next(n) }), 30],
    ['the same rows, cut otherwise', (n) => page(100, (n * 70) % 1_000, { links: next(n) }), 60],
    ['empty pages', (n) => page(0, 0, { links: next(n) }), 30],
    ['ever new rows, far more than it promised', (n) => page(100, n * 100, { totalResults: 150, links: next(n) }), 60],
  ])('%s', async (_, answers, mostCalls) => {
    await using host = await startHost((socket, question) => answer(socket, '200 OK', answers(question)));
    await expect(users(host.url)).rejects.toMatchObject({
      failureType: 'transient_error',
      message: expect.stringMatching(/\/api\/v1\/users .*end/),
    });
    expect(host.asked.length).toBeLessThan(mostCalls);
  });

  it('not one that grew meanwhile, or tells of each page how many rows it has', async () => {
    await using host = await startHost((socket, question) => {
      const more = question < 40 ? { links: next(question) } : {};
      answer(socket, '200 OK', page(100, question * 100, { meta: { count: 100 }, ...more }));
    });
    expect(await users(host.url)).toHaveLength(4_000);
  });
});

const AWAY = 'location: https://login.example.com/authorize?x=1\r\n';

describe.concurrent('in the middle of a list', () => {
  const FAULTS = [
    ['404 Not Found', ''],
    ['409 Conflict', ''],
    ['421 Misdirected Request', ''],
    ['302 Found', AWAY],
    ['302 Found', 'location: /login?returnto=x\r\n'],
  ] as const;

  it.each(FAULTS)('one %s %s is no end', async (status, headers) => {
    let isBroken = true;
    await using host = await startHost((socket, _, line) => {
      if (line.includes('/login')) return answer(socket, '200 OK', '<html>Log in</html>');
      if (!line.includes('next=')) return answer(socket, '200 OK', page(2, 0, { links: next(1) }));
      if (!isBroken) return answer(socket, '200 OK', page(1, 2, {}));
      isBroken = false;
      return answer(socket, status, '{}', headers);
    });
    expect(await users(host.url)).toHaveLength(3);
  });

  it.each(FAULTS.slice(0, 4))('a %s %s that stays is told for what it is', async (status, headers) => {
    await using host = await startHost((socket, _, line) => {
      if (!line.includes('next=')) return answer(socket, '200 OK', page(2, 0, { links: next(1) }));
      return answer(socket, status, '{}', headers);
    });
    const patience = { retryMs: 300, pauseMs: 0, firstBackoffMs: 20 };
    const failure = expect(users(host.url, { patience })).rejects;
    await failure.toMatchObject({ facts: { status: Number(status.slice(0, 3)) } });
    await failure.not.toMatchObject({ failureType: 'transient_error' });
  });

  it.each(FAULTS.slice(0, 4))('but not at its beginning, where %s %s is final', async (status, headers) => {
    await using host = await startHost((socket) => answer(socket, status, '{}', headers));
    await expect(users(host.url)).rejects.toMatchObject({ facts: { status: Number(status.slice(0, 3)) } });
    expect(host.asked).toHaveLength(1);
  });
});
