import { execFile, execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import type { Options } from '../support/program.ts';

/** The image under test, which has been built. */
export const IMAGE = process.env.IMAGE ?? 'source-qlik-sense-cloud:dev';

/** Docker asks a server of its own where it is: it takes these variables from whoever calls the tests. */
export const DOCKER_ENV = Object.fromEntries(
  ['DOCKER_HOST', 'DOCKER_CONFIG', 'HOME'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
);

/** What a docker command prints. */
export function docker(...words: string[]): string {
  return execFileSync('docker', words, { encoding: 'utf8' }).trim();
}

/** The same while other things go on. */
export async function dockerMeanwhile(...words: string[]): Promise<string> {
  return (await promisify(execFile)('docker', words)).stdout.trim();
}

/** What it takes to run a command in a container that sees the files and the network of this machine, with more of docker's options. */
export function inContainer(...options: string[]): Pick<Options, 'program' | 'hangsMs' | 'env'> {
  return containing(options, []);
}

/** The same in the way of the platform: a shell puts the command together, and redirects what it prints. */
export function asPlatform(...options: string[]): Pick<Options, 'program' | 'hangsMs' | 'env'> {
  return containing([...options, '--entrypoint', 'sh'], ['-c', 'eval "$AIRBYTE_ENTRYPOINT $*"', 'sh']);
}

function containing(options: string[], first: string[]): Pick<Options, 'program' | 'hangsMs' | 'env'> {
  const surroundings = ['--network', 'host', '-v', `${tmpdir()}:${tmpdir()}:ro`];
  return {
    program: ['docker', 'run', '--rm', '-i', ...surroundings, ...options, IMAGE, ...first],
    hangsMs: 100_000,
    env: DOCKER_ENV,
  };
}
