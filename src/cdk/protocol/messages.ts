import { ConnectorError, type FailureType, isExplained } from '../errors.ts';

export type LogLevel = 'ERROR' | 'WARN' | 'INFO' | 'DEBUG';

export type SyncMode = 'full_refresh' | 'incremental';

/** A JSON object as it came, nothing known of its fields. */
export type JsonObject = { readonly [field: string]: unknown };

/** A draft-07 JSON Schema, as far as the shim looks into it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly properties?: { readonly [field: string]: Schema };
  readonly items?: Schema;
  readonly [keyword: string]: unknown;
}

interface StreamDescriptor {
  readonly name: string;
}

/** The version of the Airbyte protocol that the shim speaks. */
export const PROTOCOL_VERSION = '0.18.0';

/** What `spec` answers. */
interface ConnectorSpecification {
  readonly protocol_version: string;
  readonly supportsIncremental: boolean;
  readonly connectionSpecification: Schema;
}

/** One entry of the catalog that `discover` prints. */
export interface CatalogStream {
  readonly name: string;
  readonly json_schema: Schema;
  readonly supported_sync_modes: readonly SyncMode[];
  readonly source_defined_primary_key: readonly (readonly string[])[];
  readonly source_defined_cursor: boolean;
  readonly default_cursor_field: readonly string[];
  readonly is_resumable: boolean;
}

interface ErrorTrace {
  readonly message: string;
  readonly internal_message?: string;
  readonly stack_trace?: string;
  readonly failure_type: FailureType;
  readonly stream_descriptor?: StreamDescriptor;
}

export type StreamStatus = 'STARTED' | 'RUNNING' | 'COMPLETE' | 'INCOMPLETE';

/** `emitted_at` is Unix time in whole milliseconds. */
type Trace = { readonly emitted_at: number } & (
  | { readonly type: 'ERROR'; readonly error: ErrorTrace }
  | {
      readonly type: 'ESTIMATE';
      readonly estimate: { readonly name: string; readonly type: 'STREAM'; readonly row_estimate: number };
    }
  | {
      readonly type: 'STREAM_STATUS';
      readonly stream_status: {
        readonly stream_descriptor: StreamDescriptor;
        readonly status: StreamStatus;
        readonly reasons?: readonly {
          readonly type: 'RATE_LIMITED';
          readonly rate_limited: { readonly quota_reset: number };
        }[];
      };
    }
);

/** Every message of the Airbyte protocol (0.18) that the shim prints, RECORD apart: those leave as ready lines. */
export type Message =
  | { readonly type: 'LOG'; readonly log: { readonly level: LogLevel; readonly message: string } }
  | { readonly type: 'SPEC'; readonly spec: ConnectorSpecification }
  | {
      readonly type: 'CONNECTION_STATUS';
      readonly connectionStatus: { readonly status: 'SUCCEEDED' | 'FAILED'; readonly message?: string };
    }
  | { readonly type: 'CATALOG'; readonly catalog: { readonly streams: readonly CatalogStream[] } }
  | { readonly type: 'TRACE'; readonly trace: Trace }
  | {
      readonly type: 'STATE';
      readonly state: {
        readonly type: 'STREAM';
        readonly stream: { readonly stream_descriptor: StreamDescriptor; readonly stream_state: JsonObject };
        readonly sourceStats: { readonly recordCount: number };
      };
    };

/** The stream's place on its way from STARTED over RUNNING to COMPLETE or INCOMPLETE; with a time, that it waits until then. */
export function streamStatus(stream: string, status: StreamStatus, rateLimitedUntilMs?: number): Message {
  const reasons = rateLimitedUntilMs !== undefined && {
    reasons: [{ type: 'RATE_LIMITED' as const, rate_limited: { quota_reset: rateLimitedUntilMs } }],
  };
  const stream_status = { stream_descriptor: { name: stream }, status, ...reasons };
  return { type: 'TRACE', trace: { type: 'STREAM_STATUS', emitted_at: Date.now(), stream_status } };
}

/** How many rows the stream's listing will have. */
export function estimate(stream: string, rows: number): Message {
  const body = { name: stream, type: 'STREAM', row_estimate: rows } as const;
  return { type: 'TRACE', trace: { type: 'ESTIMATE', emitted_at: Date.now(), estimate: body } };
}

/** A failure, of one stream or of the whole program. */
export function errorMessage(error: unknown, stream?: string): Message {
  return { type: 'TRACE', trace: { type: 'ERROR', emitted_at: Date.now(), error: errorTrace(error, stream) } };
}

/**
 * A failure as Airbyte wants it. What nobody explained is a bug: its text is for engineers, not for users. What the shim asks users
 * to mend has no stack, which would look like a bug.
 */
export function errorTrace(error: unknown, stream?: string): ErrorTrace {
  const isMistake = error instanceof ConnectorError && error.failureType === 'config_error';
  const shared = {
    ...(error instanceof Error && !isMistake && { stack_trace: stackOf(error) }),
    ...(stream !== undefined && { stream_descriptor: { name: stream } }),
  };
  if (isExplained(error)) return { message: error.message, failure_type: error.failureType, ...shared };
  return { message: BUG, internal_message: String(error), failure_type: 'system_error', ...shared };
}

/** What a message warns people of, in plain text; undefined for all that is no warning. */
export function noticeIn(message: Message): string | undefined {
  if (message.type === 'LOG' && message.log.level === 'WARN') return `Warning: ${message.log.message}`;
  if (message.type === 'CONNECTION_STATUS' && message.connectionStatus.status === 'FAILED') {
    return `Failed: ${message.connectionStatus.message ?? ''}`;
  }
  if (message.type !== 'TRACE' || message.trace.type !== 'ERROR') return undefined;
  const { stream_descriptor: stream, message: text } = message.trace.error;
  return `Error: ${stream ? `${stream.name}: ` : ''}${text}`;
}

const BUG = 'The connector failed because of a bug in it. Please report it with the stack trace of this message.';

const DEEPEST_CAUSE = 5;

function stackOf(error: Error, depth = 0): string {
  const causes = [error.cause, ...(error instanceof AggregateError ? error.errors : [])];
  const below = depth < DEEPEST_CAUSE ? causes.filter((cause) => cause instanceof Error) : [];
  const own = error.stack ?? String(error);
  return [own, ...below.map((cause) => `Caused by: ${stackOf(cause, depth + 1)}`)].join('\n');
}
