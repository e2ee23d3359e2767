import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type Answer, TRACE_ID } from '../answer.ts';
import type { Dials } from './dials.ts';
import type { Failure } from './faults.ts';

const SMALL_BYTES = 1024;
const FASTEST_BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };

/** Sends an answer, or what a fault leaves of it. */
export function deliver(
  call: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  dials: Dials,
  failure: Failure = {},
): void {
  const { socket } = call;
  if (failure.silent || socket.destroyed) return;
  if (failure.reset === 'before headers') {
    breakOff(socket);
    return;
  }
  if (failure.reset === 'in headers') {
    socket.write('HTTP/1.1 200 OK\r\nContent-Ty', () => breakOff(socket));
    return;
  }
  const { body, encoding } = encode(call, answer, dials, failure);
  const headers = { 'content-type': 'application/json; charset=utf-8', 'x-b3-traceid': TRACE_ID, ...answer.headers };
  const length = answer.status === 204 ? {} : { 'content-length': String(body.length) };
  response.writeHead(answer.status, { ...headers, ...length, ...(encoding && { 'content-encoding': encoding }) });
  if (!failure.halfBody && !failure.reset) {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => {
    if (failure.halfBody) socket.end();
    else breakOff(socket);
  });
}

function encode(call: IncomingMessage, answer: Answer, dials: Dials, failure: Failure) {
  const plain = plainBody(answer, failure);
  if (failure.truncatedGzip) {
    const whole = gzipSync(plain);
    return { body: whole.subarray(0, Math.floor(whole.length / 2)), encoding: 'gzip' };
  }
  const accepted = String(call.headers['accept-encoding'] ?? '');
  if (plain.length < SMALL_BYTES || dials.compression === 'off') return { body: plain, encoding: undefined };
  if (/\bgzip\b/.test(accepted)) return { body: gzipSync(plain, { level: 1 }), encoding: 'gzip' };
  if (/\bbr\b/.test(accepted)) return { body: brotliCompressSync(plain, FASTEST_BROTLI), encoding: 'br' };
  return { body: plain, encoding: undefined };
}

function plainBody({ body }: Answer, failure: Failure): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return Buffer.from(failure.garbled ? garbled(text) : text);
}

/** TLS sockets cannot be reset; there the connection ends without a farewell. */
function breakOff(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

/** Not JSON any more, yet of the same length to the eye. */
function garbled(text: string): string {
  return `${text.slice(0, Math.floor(text.length / 2))}\u0000}{,${text.slice(Math.floor(text.length / 2))}`;
}
