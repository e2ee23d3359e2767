import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { engineUnreached, upgradeRefused } from './engine-refusals.ts';
import { retryAfterMs } from './retry-after.ts';

/** What is seen on the way to a WebSocket. */
export interface Upgrade {
  /** Where it came about: the connection beneath it. */
  socket?: Duplex;
  status?: number;
  retryAfterMs?: number | undefined;
  cause?: Error;
}

/**
 * A WebSocket tells only that it could not be opened (code 1006). What the host answered in place of the upgrade, or why it
 * could not be reached, is seen on the way there.
 */
export function watchingUpgrade(dispatcher: Dispatcher, seen: Upgrade): Dispatcher {
  return dispatcher.compose(
    (dispatch) => (options, handler) =>
      dispatch(options, {
        onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
        onRequestUpgrade: (controller, status, headers, socket) => {
          seen.socket = socket;
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
