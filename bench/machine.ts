import { readFileSync } from 'node:fs';
import { cpus, totalmem, type, version } from 'node:os';

/** The machine in a line: what figures in seconds depend on. */
export function describeMachine(): string {
  const [{ model } = { model: 'an unknown processor' }] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB of memory`;
  return `${model}, ${cpus().length} cores, ${memory}, ${operatingSystem()}, Node ${process.versions.node}`;
}

function operatingSystem(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? type();
  } catch {
    return `${type()} ${version()}`;
  }
}
