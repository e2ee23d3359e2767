import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** A proxy on this machine whose tunnels all lead to one port, whichever they ask for. It does not keep the process from ending. */
export async function startTunnelTo(host: string, port: number): Promise<string> {
  const server = createServer().on('connect', (_call, client: Socket) => {
    const target = connect({ host, port, noDelay: true }, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    client.setNoDelay().on('error', () => target.destroy());
    target.on('error', () => client.destroy());
  });
  await once(server.listen(0, '127.0.0.1').unref(), 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
