import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { virtualEnvironment } from '../integration_tests/support/virtual-environment.ts';

/** The folder of the programs that bench/python/<name>.txt installs. It is made where it is missing. */
export function pythonPrograms(name: string): string {
  return virtualEnvironment(name, new URL('python/', import.meta.url));
}

/** The version of a package, named as its folder is, that is installed beside those programs. */
export function pythonPackageVersion(programs: string, name: string): string {
  const environment = join(programs, '..');
  const found = readdirSync(environment, { recursive: true, encoding: 'utf8' })
    .map((path) => path.split('/').at(-1)?.match(`^${name}-(.+)\\.dist-info$`)?.[1])
    .find((version) => version);
  if (!found) throw new Error(`${name} is not installed in ${environment}`);
  return found;
}
