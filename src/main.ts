#!/usr/bin/env node
import packageJson from '../package.json' with { type: 'json' };
import { serve } from './cdk/index.ts';
import { demoCommand } from './demo/command.ts';
import { probeCommand } from './probe/command.ts';
import { qlikSenseCloud } from './source.ts';

serve(qlikSenseCloud, {
  name: packageJson.name,
  version: packageJson.version,
  description: 'Qlik Sense Cloud as an Airbyte source',
  commands: [probeCommand, demoCommand],
});
