/** What an endpoint answers: `body` is sent as JSON, a string or bytes as they are. */
export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

/** What an endpoint is told about a call. */
export interface Call {
  method: string;
  /** Absolute, at the address of the simulated tenant. */
  url: URL;
  /** The user as whom the caller acts. */
  callerId: string;
}

/** An answer with Qlik's error body. */
export function refusal(status: number, code: string, title: string, more: object = {}): Answer {
  return { status, body: { errors: [{ code, title, status, ...more }], traceId: TRACE_ID } };
}

/** A 400 that names the query parameter at fault. */
export function badParameter(prefix: string, parameter: string, detail: string): Answer {
  return refusal(400, `${prefix}-400`, 'Bad request', { detail, source: { parameter } });
}

/** A 404, which is also the answer for what the caller may not see. */
export function notFound(prefix = 'HTTP'): Answer {
  return refusal(404, `${prefix}-404`, 'Not found', { detail: 'The resource does not exist, or you may not see it.' });
}

/** The trace id in every error body and in the X-B3-Traceid header. */
export const TRACE_ID = '000000000000000079cf1ebeae103de1';

/** A 200. */
export function ok(body: object): Answer {
  return { status: 200, body };
}

/** A 200 with the row, as it is to be sent, or a 404 if there is none. */
export function found<Row extends object>(prefix: string, row: Row | undefined, shape?: (row: Row) => object): Answer {
  return row ? ok(shape?.(row) ?? row) : notFound(prefix);
}
