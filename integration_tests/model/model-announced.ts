import type { Json } from '../support/messages.ts';

/** What a STATE announces: rows that may have been printed after it, so that they are sent again though they do not differ. */
export interface Announced {
  /** By the key that tests use. */
  hasRow(key: string): boolean;
  /** Whether it says something of a partition that vouches for its rows. */
  isSureOf(partition: string): boolean;
}

interface State {
  readonly keys?: readonly string[];
  readonly open?: number;
  readonly partitions?: readonly { readonly id: string; readonly version?: unknown; readonly open?: boolean }[];
  /** Of a log. */
  readonly unsure?: readonly string[];
}

export function announcedIn(state: Json | undefined): Announced {
  const { keys = [], open = 0, partitions = [], unsure = [] }: State = state ?? {};
  const rows = new Set([...keys.slice(keys.length - open), ...unsure].map(inJson));
  const idsOf = (some: typeof partitions) => new Set(some.map(({ id }) => inJson(id)));
  const opened = idsOf(partitions.filter((one) => one.open));
  // One without a version was being visited.
  const sure = idsOf(partitions.filter((one) => !one.open && one.version !== undefined));
  const partitionOf = (key: string) => JSON.stringify([(JSON.parse(key) as unknown[])[0]]);
  return {
    hasRow: (key) => rows.has(key) || opened.has(partitionOf(key)),
    isSureOf: (partition) => sure.has(JSON.stringify([partition])),
  };
}

/** States write a key of one text as it is, unless it looks like one of several. */
function inJson(key: string): string {
  return key.startsWith('[') ? key : JSON.stringify([key]);
}
