import { ConnectorError } from '../errors.ts';
import { isPartitionStream, recordSchema, type Stream, UPDATED_COLUMN } from '../stream.ts';
import { isObject, readJsonFile } from './input.ts';
import type { CatalogStream, Schema, SyncMode } from './messages.ts';
import { violations } from './validation.ts';

/** A stream as the user chose it. */
export interface ConfiguredStream {
  readonly name: string;
  readonly syncMode: SyncMode;
  /** The columns to send; undefined means all. */
  readonly columns?: ReadonlySet<string>;
}

/** The stream as `discover` offers it. */
export function catalogStream(stream: Stream<never>): CatalogStream {
  const { name, primaryKey } = stream;
  return {
    name,
    json_schema: recordSchema(stream),
    supported_sync_modes: ['full_refresh', 'incremental'],
    source_defined_primary_key: primaryKey.map((field) => [field]),
    source_defined_cursor: true,
    default_cursor_field: [UPDATED_COLUMN],
    // Lists are short to read again; a walk is not.
    is_resumable: isPartitionStream(stream),
  };
}

const CONFIGURED_CATALOG: Schema = {
  type: 'object',
  required: ['streams'],
  properties: {
    streams: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['stream', 'sync_mode'],
        properties: {
          stream: {
            type: 'object',
            required: ['name'],
            properties: {
              name: { type: 'string', minLength: 1 },
              json_schema: { type: ['object', 'null'], properties: { properties: { type: ['object', 'null'] } } },
            },
          },
          sync_mode: { enum: ['full_refresh', 'incremental'] satisfies SyncMode[] },
        },
      },
    },
  },
};

/** The streams, modes and columns that the user chose, from a file. Throws a `config_error` that says what is wrong in it. */
export async function readConfiguredCatalog(path: string): Promise<ConfiguredStream[]> {
  const catalog = await readJsonFile(path, 'catalog');
  if (isObject(catalog) && catalog.type === 'CATALOG') {
    throw new ConnectorError(
      'config_error',
      `The catalog file ${path} holds what discover prints. Read takes a configured catalog, which says how each stream is to be ` +
        'read: {"streams": [{"stream": ..., "sync_mode": "incremental", "destination_sync_mode": "append_dedup"}]}.',
    );
  }
  const wrong = await violations(CONFIGURED_CATALOG, catalog);
  if (wrong.length > 0) {
    throw new ConnectorError(
      'config_error',
      `The catalog file ${path} is no configured catalog, which is {"streams": [{"stream": ..., "sync_mode": ...}]}: ${few(wrong)}.`,
    );
  }
  const { streams } = catalog as {
    streams: { stream: { name: string; json_schema?: Schema | null }; sync_mode: SyncMode }[];
  };
  const names = streams.map(({ stream }) => stream.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ConnectorError(
      'config_error',
      `The catalog file ${path} lists the stream ${twice} twice. Leave one of them out.`,
    );
  }
  return streams.map(({ stream, sync_mode }) => {
    const columns = Object.keys(stream.json_schema?.properties ?? {});
    // Hand-written catalogs leave the columns out and mean all of them.
    return { name: stream.name, syncMode: sync_mode, ...(columns.length > 0 && { columns: new Set(columns) }) };
  });
}

const MISTAKES_SHOWN = 3;

function few(mistakes: readonly string[]): string {
  const more = mistakes.length - MISTAKES_SHOWN;
  return mistakes.slice(0, MISTAKES_SHOWN).join('; ') + (more > 0 ? `; and ${more} more` : '');
}
