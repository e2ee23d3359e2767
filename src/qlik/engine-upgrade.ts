import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { engineUnreached, upgradeRefused } from './engine-refusals.ts';
import { retryAfterMs } from './retry-after.ts';

/** What is seen on the way to a WebSocket. */
export interface Upgrade {
  /** Where it came about: the connection beneath it. */
  socket?: Duplex;
  /** The code of the closing frame that was sent to the engine. */
  sentCloseCode?: number | undefined;
  status?: number;
  retryAfterMs?: number | undefined;
  cause?: Error;
}

/**
 * A WebSocket says only that it could not be opened (code 1006). What the host answered in place of the upgrade, or why it
 * could not be reached, is seen on the way there.
 */
export function watchingUpgrade(dispatcher: Dispatcher, seen: Upgrade): Dispatcher {
  return dispatcher.compose(
    (dispatch) => (options, handler) =>
      dispatch(options, {
        onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
        onRequestUpgrade: (controller, status, headers, socket) => {
          seen.socket = socket;
          watchClosing(socket, seen);
          // undici asks again by itself after a first 401, which counts no more.
          delete seen.status;
          handler.onRequestUpgrade?.(controller, status, headers, socket);
        },
        onResponseStart: (controller, status, headers, statusMessage) => {
          seen.status = status;
          seen.retryAfterMs = retryAfterMs(headers['retry-after']);
          handler.onResponseStart?.(controller, status, headers, statusMessage);
        },
        onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
        onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
        onResponseError: (controller, error) => {
          seen.cause = error;
          handler.onResponseError?.(controller, error);
        },
      }),
  );
}

/** Why no WebSocket came about, if that was seen on the way. */
export function refusedUpgrade(app: string, url: URL, seen: Upgrade): Error | undefined {
  const { status, retryAfterMs: pauseMs, cause } = seen;
  if (status !== undefined) return upgradeRefused(app, status, pauseMs);
  return cause && engineUnreached(app, url, cause);
}

/**
 * undici breaks a session off by itself when a message is too large. Only the engine learns why, by the closing frame: the close event has
 * 1006, as for a connection that failed.
 */
function watchClosing(socket: Duplex, seen: Upgrade): void {
  const write = socket.write;
  socket.write = function (this: Duplex, ...args: unknown[]) {
    seen.sentCloseCode = closeCodeIn(args[0]) ?? seen.sentCloseCode;
    return Reflect.apply(write, this, args);
  };
}

/** The code in a masked closing frame with a code; undefined for what is none, such as the text of another frame. */
function closeCodeIn(written: unknown): number | undefined {
  if (!Buffer.isBuffer(written) || written.length < 8) return undefined;
  const [frame, length] = [written.readUInt8(0), written.readUInt8(1)];
  if (frame !== 0x88 || length !== 0x80 + written.length - 6) return undefined;
  return written.readUInt16BE(2) ^ written.readUInt16BE(6);
}
