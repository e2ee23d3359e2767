import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = new URL('../../node_modules/.cache/', import.meta.url).pathname;

/**
 * The folder of the programs of a virtual environment, `python` among them, with the packages of <name>.txt in `lists`, by
 * default integration_tests/python. It is made where it is missing, which takes Python 3.11 or newer and half a minute.
 *
 * The .txt is made of the .in beside it: `uv pip compile --universal --python-version 3.11 --no-annotate --no-header x.in -o x.txt`.
 */
export function virtualEnvironment(name: string, lists = new URL('../image/python/', import.meta.url)): string {
  const packages = new URL(`${name}.txt`, lists).pathname;
  const hash = createHash('sha256').update(readFileSync(packages)).digest('hex').slice(0, 12);
  const environment = join(folder, `python-${name}-${hash}`);
  const programs = join(environment, 'bin');
  const whole = join(environment, 'is-whole');
  if (existsSync(whole)) return programs;
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const call = (program: string, ...words: string[]) =>
    execFileSync(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  call('python3', '-m', 'venv', environment);
  const python = join(programs, 'python');
  call(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'uv==0.8.24');
  call(python, '-m', 'uv', 'pip', 'install', '--quiet', '--python', python, '--requirement', packages);
  writeFileSync(whole, '');
  return programs;
}
