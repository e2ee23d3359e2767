import yargs from 'yargs';
import { ConnectorError } from './cdk/errors.ts';
import type { Command } from './cdk/run.ts';

/** The demo as the command line asks for it. */
export interface DemoCommand {
  readonly name: 'demo';
  readonly serve: boolean;
  readonly port: number;
  readonly config: string;
  readonly live: number;
  readonly seed: number;
  readonly users: number;
  readonly apps: number;
}

/** A wish to read about the program: `--help` or `--version`. */
interface HelpCommand {
  readonly name: 'help';
  readonly text: string;
}

const config = { type: 'string', requiresArg: true, describe: 'JSON file with the settings' } as const;
const catalog = { ...config, describe: 'JSON file with the configured catalog' } as const;
const state = { ...config, describe: 'JSON file with the state of an earlier read' } as const;
const count = { type: 'number', requiresArg: true } as const;
const demoOptions = {
  serve: { type: 'boolean', default: false, describe: 'keep the simulated tenant up for other programs' },
  port: { ...count, default: 8787, describe: 'where it listens, with --serve; 0 for any free port' },
  config: {
    type: 'string',
    requiresArg: true,
    default: 'demo-config.json',
    describe: 'the settings file to write, with --serve',
  },
  live: {
    ...count,
    default: 0,
    describe: 'with --serve, seconds after which a day passes in the tenant, again and again',
  },
  seed: { ...count, default: 1, describe: 'the same seed makes the same tenant' },
  users: { ...count, default: 120, describe: 'users of the tenant' },
  apps: { ...count, default: 25, describe: 'apps of the tenant' },
} as const;

/** What the command line asks for. Throws a `config_error` that says how the program is called. */
export async function parseCommandLine(
  words: readonly string[],
  version: string,
): Promise<Command | DemoCommand | HelpCommand> {
  let command: Command | DemoCommand | undefined;
  let text = '';
  const parser = yargs([...words])
    .scriptName('source-qlik-sense-cloud')
    .usage('$0 <command>: Qlik Sense Cloud as an Airbyte source')
    .command('spec', 'print what settings there are', {}, () => {
      command = { name: 'spec' };
    })
    .command('check', 'try the settings', { config }, (given) => {
      command = { name: 'check', config: fileOf('check', 'config', given.config) };
    })
    .command('discover', 'print the streams', { config }, (given) => {
      command = { name: 'discover', config: fileOf('discover', 'config', given.config) };
    })
    .command('read', 'print the rows of the configured streams', { config, catalog, state }, (given) => {
      const files = {
        config: fileOf('read', 'config', given.config),
        catalog: fileOf('read', 'catalog', given.catalog),
      };
      command = { name: 'read', ...files, state: given.state };
    })
    .command(
      'demo',
      'run against a simulated tenant',
      demoOptions,
      ({ serve, port, config, live, seed, users, apps }) => {
        for (const [option, value] of Object.entries({ port, live, seed, users, apps })) {
          if (!Number.isSafeInteger(value) || value < 0) throw misused(`--${option} takes a whole number, 0 or more`);
        }
        command = { name: 'demo', serve, port, config, live, seed, users, apps };
      },
    )
    .demandCommand(1, 1, `Name a command: ${COMMANDS}`, 'Name one command only')
    .strictCommands()
    .strictOptions()
    .parserConfiguration({ 'duplicate-arguments-array': false })
    .locale('en')
    .version(version)
    .exitProcess(false)
    .fail((message, error) => {
      if (error instanceof ConnectorError) throw error;
      const unknown = /^Unknown commands?: /.test(message ?? '');
      throw misused(unknown ? `${message}; there are ${COMMANDS}` : message || String(error?.message));
    });
  await parser.parseAsync([...words], {}, (_error, _given, output) => {
    text = output;
  });
  return command ?? { name: 'help', text };
}

const COMMANDS = 'spec, check, discover, read, demo';

function fileOf(command: string, option: string, file: string | undefined): string {
  if (file === undefined) throw misused(`${command} needs --${option} and the path of a file`);
  return file;
}

function misused(fault: string): ConnectorError {
  return new ConnectorError('config_error', `${fault}. Call the program with --help to see how it is used.`);
}
