import type { Run } from '../support/program.ts';

export const MiB = 1024 * 1024;

/** Runs ahead of the program: what it waits for takes a hundredth of the time, and at its end it tells its largest size. */
export const IN_A_HURRY = `
  import { writeSync } from 'node:fs';
  import timers from 'node:timers/promises';
  import { syncBuiltinESMExports } from 'node:module';
  const { setTimeout } = timers;
  timers.setTimeout = (ms, ...rest) => setTimeout(ms / 100, ...rest);
  syncBuiltinESMExports();
  process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));`;

/** The most memory that a run took, in MiB. */
export const sizeOf = ({ aside }: Run) => Number(aside) / 1024;
