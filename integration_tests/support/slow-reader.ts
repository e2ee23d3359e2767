import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import type { SimulatedTenant } from '../../src/simulator/tenant.ts';
import { run } from './program.ts';

const PAGE = 100;

/** So many lines are taken one a millisecond; the others as they come. */
const SLOW_LINES = 1_000;

/** Left alone, V8 lets the space of young objects grow as it likes, which says nothing of what the program holds. */
const AS_IN_THE_IMAGE = { NODE_OPTIONS: '--max-semi-space-size=8' };

/** Tells the process's memory in bytes on file descriptor 3, ten times a second. */
const TELL_MEMORY = `
  import { writeSync } from 'node:fs';
  setInterval(() => writeSync(3, process.memoryUsage.rss() + '\\n'), 100).unref();`;

/**
 * A read of lists whose reader takes its time: how many rows the program was ahead of it when that ended, and by what factor the
 * program's memory grew from its first second to its last.
 */
export async function readSlowly(tenant: SimulatedTenant, catalog: unknown) {
  let linesTaken = 0;
  let rowsAsked = 0;
  const reader = async (stdout: Readable) => {
    const lines: string[] = [];
    for await (const line of createInterface({ input: stdout })) {
      lines.push(`${line}\n`);
      if (linesTaken >= SLOW_LINES) continue;
      await pause(1);
      linesTaken += 1;
      rowsAsked = tenant.counts.calls * PAGE;
    }
    return lines.join('');
  };
  const result = await run('read', { tenant, catalog, env: AS_IN_THE_IMAGE, preload: TELL_MEMORY, reader });
  const memory = result.aside.trim().split('\n').map(Number);
  const [early, late] = [memory.slice(4, 10), memory.slice(-6)].map((bytes) => Math.max(...bytes)) as [number, number];
  return { result, mostAhead: rowsAsked - linesTaken, growth: late / early };
}
