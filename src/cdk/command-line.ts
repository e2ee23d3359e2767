import yargs, { type CommandModule } from 'yargs';
import { ConnectorError } from './errors.ts';
import type { JsonObject, Schema } from './protocol/messages.ts';
import type { Command } from './run.ts';

/** An option of an extra command. A number is a whole one, 0 or more. Without a default, the option has to be given. */
interface CommandOption {
  readonly type: keyof OptionTypes;
  readonly describe: string;
  readonly default?: string | number | boolean;
}

interface OptionTypes {
  string: string;
  number: number;
  boolean: boolean;
}

export type CommandOptions = { readonly [option: string]: CommandOption };

/** Something that a program does beside the commands of the protocol. */
export interface ExtraCommand<Options extends CommandOptions = CommandOptions> {
  readonly name: string;
  readonly description: string;
  readonly options: Options;
  /** Resolves with the exit code. What it needs is best imported here, so that no other command waits for it. */
  run(
    given: { readonly [option in keyof Options]: OptionTypes[Options[option]['type']] },
    stage: Stage,
  ): Promise<number>;
}

/** What an extra command may use of the process. */
export interface Stage {
  /** The file that was started, to start it again. */
  readonly program: string;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Aborted when the program is to stop. */
  readonly stop: AbortSignal;
  /** The settings in a file, read as the commands of the protocol read them; rejects with a `config_error`. Their secrets are masked. */
  readSettings(this: void, path: string, schema: Schema): Promise<JsonObject>;
  /** Takes a value that no output may show. */
  addSecret(this: void, value: string): void;
  /** A text without secrets. */
  masked(this: void, text: string): string;
}

/** How a program presents itself on the command line. */
export interface Program {
  readonly name: string;
  readonly version: string;
  /** What the source is, in a few words. */
  readonly description: string;
  readonly commands?: readonly ExtraCommand[];
}

/** What the caller wants: a command of the protocol, an extra one, or to read about the program (`--help`, `--version`). */
export type Call =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'extra'; run(stage: Stage): Promise<number> }
  | { readonly kind: 'help'; readonly text: string };

type Given = { readonly [option: string]: unknown };

/** What the command line asks for. Throws a `config_error` that says how the program is called. */
export async function parseCommandLine(words: readonly string[], program: Program): Promise<Call> {
  let call: Call | undefined;
  let text = '';
  const extras = program.commands ?? [];
  const modules = [
    ...PROTOCOL_COMMANDS.map((command) =>
      module(command, (given) => {
        call = { kind: 'command', command: command.from(given) };
      }),
    ),
    ...extras.map((extra) =>
      module(extra, (given) => {
        const values = valuesOf(extra, given);
        call = { kind: 'extra', run: (stage) => extra.run(values, stage) };
      }),
    ),
  ];
  const names = [...PROTOCOL_COMMANDS, ...extras].map(({ name }) => name).join(', ');
  const parser = yargs([...words])
    .scriptName(program.name)
    .usage(`$0 <command>: ${program.description}`)
    .command(modules)
    .demandCommand(1, 1, `Name a command: ${names}`, 'Name one command only')
    .strictCommands()
    .strictOptions()
    .parserConfiguration({ 'duplicate-arguments-array': false })
    .locale('en')
    .version(program.version)
    .exitProcess(false)
    .fail((message, error) => {
      if (error instanceof ConnectorError) throw error;
      const isUnknown = /^Unknown commands?: /.test(message ?? '');
      throw misused(isUnknown ? `${message}; there are ${names}` : message || String(error?.message));
    });
  await parser.parseAsync([...words], {}, (_error, _given, output) => {
    text = output;
  });
  return call ?? { kind: 'help', text };
}

const config = { type: 'string', describe: 'JSON file with the settings' } as const;
const catalog = { type: 'string', describe: 'JSON file with the configured catalog' } as const;
const state = { type: 'string', describe: 'JSON file with the state of an earlier read' } as const;

interface ProtocolCommand extends Omit<ExtraCommand, 'run'> {
  readonly name: Command['name'];
  from(given: Given): Command;
}

const PROTOCOL_COMMANDS: readonly ProtocolCommand[] = [
  { name: 'spec', description: 'print what settings there are', options: {}, from: () => ({ name: 'spec' }) },
  {
    name: 'check',
    description: 'try the settings',
    options: { config },
    from: (given) => ({ name: 'check', config: fileIn(given, 'check', 'config') }),
  },
  {
    name: 'discover',
    description: 'print the streams',
    options: { config },
    from: (given) => ({ name: 'discover', config: fileIn(given, 'discover', 'config') }),
  },
  {
    name: 'read',
    description: 'print the rows of the configured streams',
    options: { config, catalog, state },
    from: (given) => ({
      name: 'read',
      config: fileIn(given, 'read', 'config'),
      catalog: fileIn(given, 'read', 'catalog'),
      state: given.state as string | undefined,
    }),
  },
];

function module(
  { name, description, options }: Omit<ExtraCommand, 'run'>,
  handler: (given: Given) => void,
): CommandModule<object, object> {
  const builder = Object.entries(options).map(([option, declared]) => [
    option,
    { ...declared, requiresArg: declared.type !== 'boolean' },
  ]);
  return { command: name, describe: description, builder: Object.fromEntries(builder), handler };
}

function fileIn(given: Given, command: Command['name'], option: string): string {
  const file = given[option];
  if (typeof file !== 'string') throw misused(`${command} needs --${option} and the path of a file`);
  return file;
}

function valuesOf({ name, options }: ExtraCommand, given: Given): { [option: string]: string | number | boolean } {
  const values = Object.entries(options).map(([option, { type, describe }]) => {
    const value = given[option];
    if (value === undefined) throw misused(`${name} needs --${option}: ${describe}`);
    if (type === 'number' && !(Number.isSafeInteger(value) && Number(value) >= 0))
      throw misused(`--${option} takes a whole number, 0 or more`);
    return [option, value];
  });
  return Object.fromEntries(values);
}

function misused(fault: string): ConnectorError {
  return new ConnectorError('config_error', `${fault}. Call the program with --help to see how it is used.`);
}
