import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure } from './measure.ts';
import type { Command, Peer } from './peer.ts';
import type { Tenant } from './tenant.ts';
import type { Amounts, Asked } from './tenant-acts.ts';

/** One of those that are compared. */
export interface Contender {
  readonly name: string;
  /** In how many rounds it takes part; in all, unless given. */
  readonly rounds?: number;
  /** Why it cannot take part, if it cannot. */
  readonly obstacle?: string;
  /** With less it has failed. */
  readonly expected?: Amounts;
  /** With more or less it has failed. */
  readonly exactly?: Amounts;
  /** `folder` is empty, to write to, and gone after the run. */
  command(folder: string): Promise<Command>;
  delivered?(stdoutPath: string, folder: string): Promise<Amounts>;
}

/** What one run took, delivered and asked. */
export interface Run {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  readonly delivered: Amounts;
  readonly asked?: Asked;
}

/** The runs of a contender, by round; whoever failed once is out, and says why. */
export interface Result {
  readonly name: string;
  readonly runs: { readonly [round: number]: Run };
  readonly failure?: string;
}

/** How contenders run. */
export interface Turns {
  readonly rounds: number;
  readonly timeoutMs: number;
  /** Whose counts belong to a run. */
  readonly tenant?: Tenant;
  /** Takes a line about each run. */
  tell(line: string): void;
}

/** Runs all contenders one after the other, round by round, so that whatever the machine is up to hits all alike. */
export async function takeTurns(contenders: readonly Contender[], turns: Turns): Promise<Result[]> {
  const results = contenders.map(({ name, obstacle }): { -readonly [Field in keyof Result]: Result[Field] } => {
    return { name, runs: {}, ...(obstacle && { failure: `could not be installed: ${obstacle}` }) };
  });
  for (let round = 1; round <= turns.rounds; round++)
    for (const [index, contender] of contenders.entries()) {
      const result = results[index];
      if (!result || result.failure || round > (contender.rounds ?? turns.rounds)) continue;
      try {
        const run = await runOnce(contender, turns);
        result.runs = { ...result.runs, [round]: run };
        turns.tell(`round ${round} of ${turns.rounds}: ${contender.name}, ${run.wallSeconds.toFixed(2)} s`);
      } catch (error) {
        result.failure = withoutPlaces(error);
        turns.tell(`round ${round} of ${turns.rounds}: ${contender.name} failed: ${result.failure}`);
      }
    }
  return results;
}

/** Runs a contender. Rejects unless it ends well and delivers what is expected. */
export async function runOnce(contender: Contender, { timeoutMs, tenant }: Omit<Turns, 'rounds'>): Promise<Run> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'bench-'));
  const command = await contender.command(folder.path);
  await tenant?.ask('reset');
  const { exitCode, stdoutPath, stderrPath, ...took } = await measure(command, { folder: folder.path, timeoutMs });
  const asked = await tenant?.ask('asked');
  if (exitCode !== 0) throw new Error(`exit code ${exitCode}: ${await lastWords(stderrPath, stdoutPath)}`);
  const delivered = (await contender.delivered?.(stdoutPath, folder.path)) ?? {};
  for (const [kind, count] of Object.entries(contender.expected ?? {}))
    if ((delivered[kind] ?? 0) < count) throw new Error(`delivered ${delivered[kind] ?? 0} of ${count} ${kind}`);
  for (const [kind, count] of Object.entries(contender.exactly ?? {}))
    if ((delivered[kind] ?? 0) !== count) throw new Error(`delivered ${delivered[kind] ?? 0} and not ${count} ${kind}`);
  return { ...took, delivered, ...(asked && { asked }) };
}

/** A peer as a contender, installed if that can be done; `name` is what it is called if it cannot. */
export async function enter(
  peer: Peer,
  { target, name, ...more }: { target: Parameters<Peer['command']>[0]; name: string } & Partial<Contender>,
): Promise<Contender> {
  const contender = {
    ...more,
    command: (folder: string) => peer.command(target, folder),
    delivered: (stdoutPath: string, folder: string) => peer.delivered(stdoutPath, folder),
  };
  try {
    await peer.install();
    return { ...contender, name: peer.name };
  } catch (error) {
    return { ...contender, name, obstacle: withoutPlaces(error) };
  }
}

async function lastWords(...paths: string[]): Promise<string> {
  for (const path of paths) {
    const words = (await readFile(path, 'utf8')).trim();
    if (words) return words.slice(-600);
  }
  return 'it said nothing';
}

/** An error in a line that anybody may read: where things are on this machine, and where they came from, is left out. */
function withoutPlaces(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const root = new URL('..', import.meta.url).pathname;
  return text
    .replaceAll(root, '')
    .replaceAll(tmpdir(), '')
    .replaceAll(homedir(), '')
    .replaceAll(/\w+:\/\/\S+/g, '...')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 400);
}
