import { type ExtraCommand, isExplained } from '../cdk/index.ts';
import type { Config } from '../generated/spec.ts';
import { qlikSenseCloud } from '../source.ts';

/** Where stderr is no terminal, its reader is taken for one of this width. */
const USUAL_COLUMNS = 100;

const options = {
  config: { type: 'string', describe: 'JSON file with the settings' },
} as const;

/** The probe on the command line: a table on stderr, a report on stdout. */
export const probeCommand: ExtraCommand<typeof options> = {
  name: 'probe',
  description: 'ask the tenant whether what is assumed of Qlik holds there, for a report without its data',
  options,
  async run({ config }, { stdout, stderr, stop, readSettings, addSecret, masked }) {
    try {
      const settings = (await readSettings(config, qlikSenseCloud.connectionSpecification)) as unknown as Config;
      if (stderr.isTTY) stderr.write('Asking the tenant: this takes a minute or two.\n');
      const { probeTenant } = await import('./run.ts');
      const columns = stderr.columns ?? USUAL_COLUMNS;
      const { table, report } = await probeTenant(settings, { stop, addSecret, columns });
      stderr.write(`${masked(table)}\n`);
      stdout.write(`${masked(report)}\n`);
      return 0;
    } catch (error) {
      stop.throwIfAborted();
      // Who keeps stdout in a file would not see it; at a terminal it is shown in any case.
      if (isExplained(error) && !stderr.isTTY) stderr.write(`${masked(error.message)}\n`);
      throw error;
    }
  },
};
