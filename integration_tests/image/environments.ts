import { virtualEnvironment } from '../support/virtual-environment.ts';

/** Makes what Python programs run in before the tests begin, since several of them would make it side by side. */
export function setup(): void {
  for (const name of ['pyairbyte', 'airflow']) virtualEnvironment(name);
}
