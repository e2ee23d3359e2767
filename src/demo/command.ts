import { ConnectorError, type ExtraCommand } from '../cdk/index.ts';

const options = {
  serve: { type: 'boolean', default: false, describe: 'keep the simulated tenant up for other programs' },
  port: { type: 'number', default: 8787, describe: 'where it listens, with --serve; 0 for any free port' },
  config: { type: 'string', default: 'demo-config.json', describe: 'the settings file to write, with --serve' },
  live: {
    type: 'number',
    default: 0,
    describe: 'with --serve, seconds after which a day passes in the tenant, again and again',
  },
  json: { type: 'boolean', default: false, describe: 'print the messages also where stdout is a terminal' },
  seed: { type: 'number', default: 1, describe: 'the same seed makes the same tenant' },
  users: { type: 'number', default: 120, describe: 'users of the tenant' },
  apps: { type: 'number', default: 25, describe: 'apps of the tenant' },
} as const;

/** The demo on the command line. The simulated tenant and its packages are there in a checkout only. */
export const demoCommand: ExtraCommand<typeof options> = {
  name: 'demo',
  description: 'run against a simulated tenant, in a checkout',
  options,
  async run(wishes, stage) {
    const { demo } = await import('./demo.ts').catch(explained);
    return demo(wishes, stage);
  },
};

function explained(error: NodeJS.ErrnoException): never {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  throw new ConnectorError(
    'config_error',
    'The demo needs a checkout of the connector with its development packages: the image and the package come without the ' +
      'simulated tenant. Run npm ci and npm run demo there.',
    { cause: error },
  );
}
