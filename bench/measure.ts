import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from './peer.ts';

const wrapper = new URL('measure.py', import.meta.url).pathname;

/** What one run of a command took. */
export interface Measurement {
  readonly wallSeconds: number;
  /** User and system time, that of the processes it started and waited for included. */
  readonly cpuSeconds: number;
  /** The most memory that any one of its processes held. What starts it holds a dozen, so it is never less. */
  readonly peakMiB: number;
  /** Negative is the signal that ended it. */
  readonly exitCode: number;
  readonly stdoutPath: string;
  readonly stderrPath: string;
}

/**
 * Runs a command to its end, in `folder` unless it says where; what it prints goes to files there. Rejects if it takes longer
 * than `timeoutMs`, or cannot be started.
 */
export async function measure(
  command: Command,
  { folder, timeoutMs }: { folder: string; timeoutMs: number },
): Promise<Measurement> {
  const stdoutPath = join(folder, 'stdout');
  const stderrPath = join(folder, 'stderr');
  const reportPath = join(folder, 'measurement.json');
  await using stdout = await open(stdoutPath, 'w');
  await using stderr = await open(stderrPath, 'w');
  const child = spawn('python3', [wrapper, reportPath, command.program, ...command.words], {
    cwd: command.cwd ?? folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...command.env },
    stdio: ['ignore', stdout.fd, stderr.fd],
    // A group of its own, so that a timeout ends all of its processes.
    detached: true,
  });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  }, timeoutMs);
  const [code] = await once(child, 'close').finally(() => clearTimeout(timer));
  const tried = [command.program, ...command.words].join(' ');
  if (isLate) throw new Error(`${tried}: not done after ${timeoutMs / 1000} s`);
  if (code !== 0) throw new Error(`${tried}: could not be started. ${await readFile(stderrPath, 'utf8')}`);
  return { ...JSON.parse(await readFile(reportPath, 'utf8')), stdoutPath, stderrPath };
}
