import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface Proxy extends AsyncDisposable {
  /** Without a user and password. */
  readonly url: string;
  /** Each `host:port` that was asked for, and let through. */
  readonly targets: string[];
  /** How many calls were refused for want of the right user and password. */
  readonly refused: () => number;
}

/** A proxy on this machine, as companies have them: tunnels for https, calls passed on for http. */
export async function startProxy({
  tls,
  login,
  to,
}: {
  tls?: { key: string; cert: string };
  login?: string;
  /** Where every tunnel leads, as `host:port`; where it is asked to, unless given. */
  to?: string;
} = {}): Promise<Proxy> {
  const server = tls ? createTlsServer(tls) : createServer();
  const sockets = new Set<Socket>();
  const targets: string[] = [];
  let refused = 0;
  const expected = login && `Basic ${Buffer.from(login).toString('base64')}`;
  const admits = ({ headers }: IncomingMessage) => {
    const isKnown = expected === undefined || headers['proxy-authorization'] === expected;
    if (!isKnown) refused += 1;
    return isKnown;
  };
  const keep = (socket: Socket) => sockets.add(socket.on('error', () => {}));
  server.on('connection', keep);
  server.on('connect', (call: IncomingMessage, client: Socket) => {
    if (!admits(call)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n');
      return;
    }
    targets.push(call.url ?? '');
    const { hostname, port } = new URL(`http://${to ?? call.url}`);
    const target = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    keep(target);
    keep(client);
  });
  server.on('request', (call: IncomingMessage, answer) => {
    if (!admits(call)) {
      answer.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end();
      return;
    }
    const url = new URL(call.url ?? '');
    targets.push(url.host);
    const onward = request(url, { method: call.method, headers: call.headers }, (found) => {
      answer.writeHead(found.statusCode ?? 502, found.headers);
      found.pipe(answer);
    });
    call.pipe(onward);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    // By name, as undici gives an address of digits for the name of a TLS server, which Node refuses.
    url: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    targets,
    refused: () => refused,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
