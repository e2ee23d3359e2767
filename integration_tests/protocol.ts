import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

// The rules are Airbyte's protocol (0.18) as a source has to keep it, and never more lenient. A file that the environment
// variable AIRBYTE_PROTOCOL_SCHEMA names, the published JSON schema of all messages, is a second judge of every line.

/** What was asked of the program; `usage` is no command at all, `cut` a read that was ended from outside. */
export type Command =
  | { readonly name: 'spec' | 'check' | 'discover' | 'usage' }
  | { readonly name: 'read'; readonly streams: readonly string[]; readonly cut?: boolean };

export type Json = { readonly [field: string]: unknown };

interface Descriptor {
  readonly name: string;
}

/** A message that has passed its schema. */
export interface Message {
  readonly type: string;
  readonly record?: { readonly stream: string; readonly data: Json; readonly emitted_at: number };
  readonly state?: {
    readonly stream: { readonly stream_descriptor: Descriptor; readonly stream_state: Json };
    readonly sourceStats: { readonly recordCount: number };
  };
  readonly log?: { readonly level: string; readonly message: string };
  readonly trace?: {
    readonly type: string;
    readonly error?: {
      readonly message: string;
      readonly failure_type: string;
      readonly internal_message?: string;
      readonly stack_trace?: string;
      readonly stream_descriptor?: Descriptor;
    };
    readonly stream_status?: {
      readonly stream_descriptor: Descriptor;
      readonly status: string;
      readonly reasons?: readonly { readonly type: string; readonly rate_limited: { readonly quota_reset: number } }[];
    };
    readonly estimate?: { readonly name: string; readonly row_estimate: number };
  };
  readonly connectionStatus?: { readonly status: 'SUCCEEDED' | 'FAILED'; readonly message?: string };
  readonly catalog?: { readonly streams: readonly CatalogStream[] };
  readonly spec?: Json;
}

export interface CatalogStream {
  readonly name: string;
  readonly json_schema: { readonly properties: { readonly [field: string]: Json } } & Json;
  readonly source_defined_primary_key: readonly (readonly string[])[];
}

/** Faults of all that a command printed, each as `rule: where: what`; none if every message and their order is right. */
export function protocolViolations(stdout: string, command: Command): string[] {
  const faults = lineViolations(stdout);
  // Where a line is none, what stands before and after it tells nothing.
  return faults.length > 0 ? faults : sequenceViolations(messagesOf(stdout), command);
}

/** Faults of an exit code, given what was printed before it. */
export function exitViolations(stdout: string, command: Command, code: number | null): string[] {
  const messages = messagesOf(stdout);
  const isError = messages.some(({ trace }) => trace?.type === 'ERROR');
  const isDone = {
    usage: false,
    spec: messages.some(({ type }) => type === 'SPEC'),
    discover: messages.some(({ type }) => type === 'CATALOG'),
    check: messages.some(({ type }) => type === 'CONNECTION_STATUS') && !isError,
    read:
      command.name === 'read' &&
      command.streams.every((stream) => statusesOf(messages, stream).at(-1) === 'COMPLETE') &&
      !isError,
  }[command.name];
  const due = isDone ? 0 : 1;
  return code === due ? [] : [`exit_code: ${command.name}: ${code} instead of ${due}`];
}

/** The messages of an output, lines that are none left out. */
export function messagesOf(stdout: string): Message[] {
  return stdout.split('\n').flatMap((line) => {
    const message = parsed(line);
    return typeof message === 'object' && message !== null ? [message as Message] : [];
  });
}

const text = { type: 'string', minLength: 1 };
const flag = { type: 'boolean' };
const wholeNumber = { type: 'integer', minimum: 0 };
const jsonObject = { type: 'object' };
/** Between the years 2017 and 2286: seconds and microseconds fall outside. */
const timeMs = { type: 'integer', minimum: 1_500_000_000_000, maximum: 9_999_999_999_999 };
const path = { type: 'array', minItems: 1, items: text };

function object(required: Json, optional: Json = {}): Json {
  return {
    type: 'object',
    required: Object.keys(required),
    properties: { ...required, ...optional },
    additionalProperties: false,
  };
}

function oneOf(...values: unknown[]): Json {
  return { enum: values };
}

const descriptor = object({ name: text });
const schemaOfRows = { type: 'object', required: ['type', 'properties'], properties: { properties: jsonObject } };

const traces: { [type: string]: Json } = {
  ERROR: object(
    { message: text, failure_type: oneOf('system_error', 'config_error', 'transient_error') },
    { internal_message: text, stack_trace: text, stream_descriptor: descriptor },
  ),
  STREAM_STATUS: object(
    { stream_descriptor: descriptor, status: oneOf('STARTED', 'RUNNING', 'COMPLETE', 'INCOMPLETE') },
    {
      reasons: {
        type: 'array',
        minItems: 1,
        maxItems: 1,
        items: object({ type: oneOf('RATE_LIMITED'), rate_limited: object({ quota_reset: timeMs }) }),
      },
    },
  ),
  ESTIMATE: object({ name: text, type: oneOf('STREAM'), row_estimate: wholeNumber }, { byte_estimate: wholeNumber }),
};

const bodies: { [type: string]: { field: string; schema: Json } } = {
  RECORD: {
    field: 'record',
    schema: object({ stream: text, data: { type: 'object', minProperties: 1 }, emitted_at: timeMs }),
  },
  STATE: {
    field: 'state',
    schema: object({
      type: oneOf('STREAM'),
      stream: object({ stream_descriptor: descriptor, stream_state: jsonObject }),
      sourceStats: object({ recordCount: wholeNumber }),
    }),
  },
  LOG: {
    field: 'log',
    schema: object(
      { level: oneOf('FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'), message: text },
      { stack_trace: text },
    ),
  },
  TRACE: {
    field: 'trace',
    schema: {
      oneOf: Object.entries(traces).map(([type, schema]) =>
        object({ type: oneOf(type), emitted_at: timeMs, [type.toLowerCase()]: schema }),
      ),
    },
  },
  SPEC: {
    field: 'spec',
    schema: object(
      { connectionSpecification: { ...schemaOfRows, properties: { type: oneOf('object'), properties: jsonObject } } },
      {
        documentationUrl: { type: 'string', format: 'uri' },
        changelogUrl: { type: 'string', format: 'uri' },
        protocol_version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
        supportsIncremental: flag,
        supported_destination_sync_modes: { type: 'array' },
        advanced_auth: jsonObject,
      },
    ),
  },
  CONNECTION_STATUS: {
    field: 'connectionStatus',
    schema: { ...object({ status: oneOf('SUCCEEDED') }, { message: text }) },
  },
  CATALOG: {
    field: 'catalog',
    schema: object({
      streams: {
        type: 'array',
        minItems: 1,
        items: object(
          {
            name: text,
            json_schema: schemaOfRows,
            supported_sync_modes: { type: 'array', minItems: 1, items: oneOf('full_refresh', 'incremental') },
          },
          {
            source_defined_cursor: flag,
            default_cursor_field: path,
            source_defined_primary_key: { type: 'array', minItems: 1, items: path },
            is_resumable: flag,
            is_file_based: flag,
          },
        ),
      },
    }),
  },
};
bodies.CONNECTION_STATUS = {
  field: 'connectionStatus',
  // Who is told of a failure has to be told what to do.
  schema: {
    oneOf: [
      object({ status: oneOf('SUCCEEDED') }, { message: text }),
      object({ status: oneOf('FAILED'), message: text }),
    ],
  },
};
