import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import type { SyncMode } from '../support/destination.ts';
import { runHere } from '../support/in-process.ts';
import { apiKeySettings, discovered, type Run, run } from '../support/program.ts';
import { exitViolations, protocolViolations } from '../support/protocol.ts';
import type { Cut, Plan } from './model-plan.ts';

/** What a sync of the real program has left behind. */
export interface Sync {
  readonly result: Run;
  /** Whether it was ended before its end. */
  readonly wasCut: boolean;
  /** What is wrong with the output as such. */
  readonly faults: readonly string[];
}

interface Wish {
  readonly tenant: SimulatedTenant;
  readonly plan: Plan;
  readonly modes: ReadonlyMap<string, SyncMode>;
  readonly columns: ReadonlyMap<string, ReadonlySet<string>>;
  readonly state: readonly object[];
}

/** Runs one sync as it was planned. */
export async function sync({ tenant, plan, modes, columns, state }: Wish): Promise<Sync> {
  const { cut, streams, stateIntervalMs, clockShiftMs, settings } = plan;
  const wish = {
    tenant,
    config: apiKeySettings(tenant, settings),
    catalog: await catalogOf(streams, modes, columns),
    state: state.length > 0 ? state : undefined,
    env: stateIntervalMs === undefined ? {} : { STATE_INTERVAL_MS: String(stateIntervalMs) },
  };
  // Only what is done to the process itself takes one.
  if (!cut && clockShiftMs === 0) return { result: await runHere('read', wish), wasCut: false, faults: [] };
  const reader = readerOf(cut);
  const result = await run('read', {
    ...wish,
    reader: reader.read,
    cut: cut !== undefined,
    ...(clockShiftMs !== 0 && { preload: clockOf(clockShiftMs) }),
  });
  const wasCut = reader.hasCut();
  const command = { name: 'read' as const, streams };
  const faults = wasCut
    ? []
    : [...protocolViolations(result.stdout, command), ...exitViolations(result.stdout, command, result.code)];
  return { result, wasCut, faults };
}

async function catalogOf(names: readonly string[], modes: Wish['modes'], columns: Wish['columns']) {
  const streams = (await discovered()).filter(({ name }) => names.includes(name));
  return {
    streams: streams.map((stream) => {
      const sync_mode = modes.get(stream.name) ?? 'incremental';
      const selected = columns.get(stream.name);
      const { properties } = stream.json_schema;
      const kept = Object.entries(properties).filter(([field]) => selected?.has(field) ?? true);
      return {
        stream: { ...stream, json_schema: { ...stream.json_schema, properties: Object.fromEntries(kept) } },
        sync_mode,
        destination_sync_mode: sync_mode === 'incremental' ? 'append_dedup' : 'overwrite',
      };
    }),
  };
}

/** Takes the output until it is time to end the program. What a killed one leaves in the pipe nobody has received. */
function readerOf(cut: Cut | undefined) {
  let count = 0;
  let hasCut = false;
  const type = cut && { lines: '', records: '"type":"RECORD"', states: '"type":"STATE"' }[cut.of];
  const isCounted = (line: string) => type !== undefined && line.includes(type);
  const read = async (stdout: Readable, program: ChildProcess) => {
    const lines: string[] = [];
    for await (const line of createInterface({ input: stdout, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (!hasCut || cut?.signal === 'SIGTERM') lines.push(`${line}\n`);
      if (isCounted(line)) count += 1;
      if (!cut || hasCut || count < cut.after) continue;
      hasCut = true;
      program.kill(cut.signal);
    }
    return lines.join('');
  };
  return { read, hasCut: () => hasCut };
}

/** A program whose clock goes ahead of ours. */
function clockOf(shiftMs: number): string {
  return `
    const Real = Date;
    globalThis.Date = class Date extends Real {
      constructor(...given) {
        if (given.length === 0) super(Real.now() + ${shiftMs});
        else super(...given);
      }
      static now() {
        return Real.now() + ${shiftMs};
      }
    };`;
}
