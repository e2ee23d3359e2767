import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

export type Json = { readonly [field: string]: unknown };

interface Descriptor {
  readonly name: string;
}

/** A message of the Airbyte protocol that has passed its schema. */
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
    readonly emitted_at: number;
    readonly error?: ErrorTrace;
    readonly stream_status?: StreamStatus;
    readonly estimate?: { readonly name: string; readonly row_estimate: number };
  };
  readonly connectionStatus?: { readonly status: 'SUCCEEDED' | 'FAILED'; readonly message?: string };
  readonly catalog?: { readonly streams: readonly CatalogStream[] };
  readonly spec?: Json;
}

export interface ErrorTrace {
  readonly message: string;
  readonly failure_type: string;
  readonly internal_message?: string;
  readonly stack_trace?: string;
  readonly stream_descriptor?: Descriptor;
}

export interface StreamStatus {
  readonly stream_descriptor: Descriptor;
  readonly status: string;
  readonly reasons?: readonly { readonly type: string; readonly rate_limited: { readonly quota_reset: number } }[];
}

export interface CatalogStream {
  readonly name: string;
  readonly json_schema: Json & { readonly properties: { readonly [field: string]: Json } };
  readonly source_defined_primary_key: readonly (readonly string[])[];
}

/** The messages of an output; lines that are none are left out. */
export function messagesOf(stdout: string): Message[] {
  return stdout.split('\n').flatMap((line) => {
    const message = parsed(line);
    return typeof message === 'object' && message !== null ? [message as Message] : [];
  });
}

/**
 * Faults of each line on its own, as `rule: line: what`. A file that the environment variable AIRBYTE_PROTOCOL_SCHEMA names,
 * the published JSON schema of all messages, is a second judge.
 */
export function lineViolations(stdout: string): string[] {
  const published = publishedSchema(process.env.AIRBYTE_PROTOCOL_SCHEMA);
  const lines = stdout.split('\n');
  const rest = lines.pop();
  const faults = lines.flatMap((line, index) => {
    const message = parsed(line);
    const fault = faultOf(message) ?? (published && refusal(published, message));
    return fault === undefined ? [] : [`message: line ${index + 1}: ${fault}`];
  });
  return rest === '' ? faults : [...faults, 'newline: the last line has no end'];
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

const text = { type: 'string', minLength: 1 };
const flag = { type: 'boolean' };
const wholeNumber = { type: 'integer', minimum: 0 };
const jsonObject = { type: 'object' };
/** Between the years 2017 and 2286: a time in seconds or in microseconds falls outside. */
const timeMs = { type: 'integer', minimum: 1_500_000_000_000, maximum: 9_999_999_999_999 };
const path = { type: 'array', minItems: 1, items: text };

/** These fields and no others. */
function object(required: Json, optional: Json = {}): Json {
  return {
    type: 'object',
    required: Object.keys(required),
    properties: { ...required, ...optional },
    additionalProperties: false,
  };
}

function oneOf(...values: string[]): Json {
  return { enum: values };
}

// A descriptor with a namespace is another stream's, as the catalog gives none.
const descriptor = object({ name: text });

const rateLimited = object({ type: oneOf('RATE_LIMITED'), rate_limited: object({ quota_reset: timeMs }) });

const traces: { [type: string]: Json } = {
  ERROR: object(
    { message: text, failure_type: oneOf('system_error', 'config_error', 'transient_error') },
    { internal_message: text, stack_trace: text, stream_descriptor: descriptor },
  ),
  STREAM_STATUS: object(
    { stream_descriptor: descriptor, status: oneOf('STARTED', 'RUNNING', 'COMPLETE', 'INCOMPLETE') },
    // Airbyte shows the reason only if there is one alone.
    { reasons: { type: 'array', minItems: 1, maxItems: 1, items: rateLimited } },
  ),
  ESTIMATE: object({ name: text, type: oneOf('STREAM') }, { row_estimate: wholeNumber, byte_estimate: wholeNumber }),
};

const settings = {
  type: 'object',
  required: ['type', 'properties'],
  properties: { type: { const: 'object' }, properties: jsonObject },
};

const catalogStream = object(
  {
    name: text,
    json_schema: { type: 'object', required: ['type', 'properties'], properties: { properties: jsonObject } },
    supported_sync_modes: { type: 'array', minItems: 1, items: oneOf('full_refresh', 'incremental') },
  },
  {
    source_defined_cursor: flag,
    default_cursor_field: path,
    source_defined_primary_key: { type: 'array', minItems: 1, items: path },
    is_resumable: flag,
    is_file_based: flag,
  },
);

/** The field that goes with each type, and what belongs in it. */
const bodies: { readonly [type: string]: readonly [field: string, schema: Json] } = {
  RECORD: ['record', object({ stream: text, data: { type: 'object', minProperties: 1 }, emitted_at: timeMs })],
  STATE: [
    'state',
    object({
      type: oneOf('STREAM'),
      stream: object({ stream_descriptor: descriptor, stream_state: jsonObject }),
      sourceStats: object({ recordCount: wholeNumber }),
    }),
  ],
  LOG: [
    'log',
    object({ level: oneOf('FATAL', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE'), message: text }, { stack_trace: text }),
  ],
  TRACE: [
    'trace',
    {
      oneOf: Object.entries(traces).map(([type, schema]) =>
        object({ type: oneOf(type), emitted_at: timeMs, [type.toLowerCase()]: schema }),
      ),
    },
  ],
  SPEC: [
    'spec',
    object(
      { connectionSpecification: settings },
      {
        documentationUrl: { type: 'string', format: 'uri' },
        changelogUrl: { type: 'string', format: 'uri' },
        protocol_version: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+$' },
        supportsIncremental: flag,
        advanced_auth: jsonObject,
      },
    ),
  ],
  CONNECTION_STATUS: [
    'connectionStatus',
    {
      oneOf: [
        object({ status: oneOf('SUCCEEDED') }, { message: text }),
        // Who is told of a failure is told what to do.
        object({ status: oneOf('FAILED'), message: text }),
      ],
    },
  ],
  CATALOG: ['catalog', object({ streams: { type: 'array', minItems: 1, items: catalogStream } })],
};

const ajv = addFormats.default(new Ajv({ strict: false }));

const validators = new Map(
  Object.entries(bodies).map(([type, [field, schema]]) => [
    type,
    ajv.compile(object({ type: { const: type }, [field]: schema })),
  ]),
);

function faultOf(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null) return 'is no JSON object';
  const { type } = message as Message;
  const validate = validators.get(type);
  return validate ? refusal(validate, message) : `has the type ${type}, which a source does not send`;
}

function refusal(validate: ValidateFunction, message: unknown): string | undefined {
  return validate(message) ? undefined : `${(message as Message).type} ${ajv.errorsText(validate.errors)}`;
}

function publishedSchema(file: string | undefined): ValidateFunction | undefined {
  if (!file) return undefined;
  const { definitions } = JSON.parse(readFileSync(file, 'utf8')) as { definitions: Json };
  return ajv.compile({ definitions, $ref: '#/definitions/AirbyteMessage' });
}
