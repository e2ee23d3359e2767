import type { Outcome } from '../../src/cdk/testing/library.ts';
import { errorsOf, statuses } from '../../src/cdk/testing/lines.ts';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import { streams as offered } from '../../src/streams/index.ts';
import { Arrivals } from './destination.ts';
import { readHere } from './in-process.ts';
import type { Json, Message } from './messages.ts';
import { apiKeySettings } from './program.ts';
import { TENANT_STREAMS } from './stream-tests.ts';
import { truthOf } from './truth.ts';

interface Wish {
  /** What was said of the settings, beside the address and the key. */
  readonly settings?: object;
  readonly stop?: AbortController;
  /** The least time between two STATE messages of a stream; 0, unless given: one after every page and app. */
  readonly stateIntervalMs?: number;
  readonly patience?: { readonly retryMs: number; readonly pauseMs: number };
}

const PATIENT = { retryMs: 10_000, pauseMs: 10_000 };

/** A warehouse that is kept current by incremental syncs, each of which goes on from the states of those before. */
export class Connection {
  readonly #tenant: SimulatedTenant;
  readonly #streams: ReadonlyMap<string, Arrivals>;
  readonly #settings: object;

  constructor(
    tenant: SimulatedTenant,
    settings: object = apiKeySettings(tenant),
    streams: readonly string[] = TENANT_STREAMS,
  ) {
    this.#tenant = tenant;
    this.#settings = settings;
    this.#streams = new Map(streams.map((name) => [name, new Arrivals(primaryKeyOf(name))]));
  }

  async sync({ settings = {}, stop, stateIntervalMs = 0, patience = PATIENT }: Wish = {}): Promise<Outcome> {
    for (const arrivals of this.#streams.values()) arrivals.begin('incremental', false);
    const state = [...this.#streams].flatMap(([name, { state: saved }]) =>
      saved ? [{ type: 'STATE', state: stateOf(name, saved) }] : [],
    );
    const outcome = await readHere(
      this.#tenant,
      {
        streams: [...this.#streams.keys()],
        config: { ...this.#settings, ...settings },
        mode: 'incremental',
        env: { STATE_INTERVAL_MS: String(stateIntervalMs) },
        ...(state.length > 0 && { state }),
        ...(stop && { stop }),
      },
      { patience },
    );
    for (const line of outcome.lines) this.#take(line as Message);
    return outcome;
  }

  #take({ record, state }: Message): void {
    if (record) this.#streams.get(record.stream)?.record(record);
    if (state) this.#streams.get(state.stream.stream_descriptor.name)?.checkpoint(state.stream.stream_state);
  }

  /** Where the warehouse differs from the tenant: `stream: what key`; none where both hold the same. */
  differences(): string[] {
    const truth = truthOf(this.#tenant, [...this.#streams.keys()]);
    return [...this.#streams].flatMap(([name, { table }]) => {
      const nameOf = (row: Json) =>
        primaryKeyOf(name)
          .map((field) => row[field])
          .join(' ');
      const wanted = new Map(truth[name]?.map((row) => [nameOf(row), printed(row)]));
      const held = new Map(table.rows.values().map((row) => [nameOf(row), printed(row)]));
      const missing = [...wanted.keys()].filter((key) => !held.has(key)).map((key) => `${name}: lacks ${key}`);
      const left = [...held.keys()].filter((key) => !wanted.has(key)).map((key) => `${name}: still has ${key}`);
      const other = [...wanted].filter(([key, row]) => held.has(key) && held.get(key) !== row);
      return [...missing, ...left, ...other.map(([key]) => `${name}: has another ${key}`)];
    });
  }
}

/** How a sync ended, in short: its exit code, streams that are not COMPLETE, and what was wrong. */
export function endOf({ exitCode, lines, error }: Outcome, streams: readonly string[] = TENANT_STREAMS) {
  const incomplete = streams.filter((name) => statuses(lines, name).at(-1) !== 'COMPLETE');
  return { exitCode, incomplete, errors: errorsOf(lines).map(({ message }) => message), error };
}

export const WELL = { exitCode: 0, incomplete: [], errors: [], error: undefined };

function primaryKeyOf(name: string): readonly string[] {
  return offered.find((stream) => stream.name === name)?.primaryKey ?? [];
}

/** A row as text, whatever the order of its fields, without the change columns. */
function printed({ _ab_cdc_updated_at, _ab_cdc_deleted_at, ...row }: Json): string {
  return JSON.stringify(Object.entries(row).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function stateOf(name: string, stream_state: Json) {
  return { type: 'STREAM', stream: { stream_descriptor: { name }, stream_state } };
}
