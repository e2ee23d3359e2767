import type { Program, Sync } from '../connector.ts';
import type { Bench } from '../part.ts';
import { readPrinted } from '../records.ts';
import type { Contender } from '../rounds.ts';

/** The connector, reading nothing but users. */
export function readsUsers({ connector }: Bench, program: Program, sync: Sync): Contender {
  return {
    name: 'connector',
    command: (folder) => connector.readCommand(program, folder, { ...sync, streams: ['users'] }),
    delivered: async (path) => ({ users: (await readPrinted(path)).records.users ?? 0 }),
  };
}
