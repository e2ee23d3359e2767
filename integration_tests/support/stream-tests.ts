import type { StreamName } from '../../src/generated/stream-name.ts';
import { streams } from '../../src/streams/index.ts';
import { inDataModel, inEngine } from './streams/apps.ts';
import { content } from './streams/content.ts';
import type { CoverageTests, ListTests, SpaceTests, StreamTests } from './streams/kinds.ts';
import { people } from './streams/people.ts';
import { reloads } from './streams/reloads.ts';
import { spaceParts } from './streams/space-parts.ts';

const coverage: CoverageTests = { kind: 'coverage' };

/**
 * What the tests know of each stream. Truth, random edits, faults, fuzzing and histories take their cases from here; a stream that is
 * not in it does not compile.
 */
export const streamTests = {
  ...people,
  ...content,
  ...spaceParts,
  ...inEngine,
  ...inDataModel,
  reloads,
  app_coverage: coverage,
} satisfies Record<StreamName, StreamTests>;

type Kind = StreamTests['kind'];

/** What is known of the stream of this name. */
export function testsOf(name: string): StreamTests {
  const tests: StreamTests | undefined = (streamTests as { readonly [name: string]: StreamTests })[name];
  if (!tests) throw new Error(`there is no stream ${name}`);
  return tests;
}

/** The streams of some kinds, in the order of the catalog. */
export function streamsOf<Wanted extends Kind>(...kinds: readonly Wanted[]) {
  return streams.flatMap(({ name }) => {
    const tests = testsOf(name);
    const isWanted = (kinds as readonly Kind[]).includes(tests.kind);
    return isWanted ? [{ name, ...(tests as Extract<StreamTests, { readonly kind: Wanted }>) }] : [];
  });
}

export function namesOf(...kinds: readonly Kind[]): string[] {
  return streamsOf(...kinds).map(({ name }) => name);
}

/** Streams of which the tenant's own data tell the rows. */
export const TENANT_STREAMS = namesOf('list', 'space', 'engine', 'data model', 'log');

/** How `check` counts the streams that can be read where no app can be opened. */
export const WITHOUT_ENGINE = `${streams.length - namesOf('engine').length} of ${streams.length} streams can be read`;

/** Streams whose rows can be edited one by one. */
export const EDITABLE: readonly ({ readonly name: string } & (ListTests | SpaceTests))[] = streamsOf('list', 'space');

/** Whether a stream's rows are read sheet by sheet, and not each by itself. */
export function isBySheet(name: string): boolean {
  const tests = testsOf(name);
  return tests.kind === 'engine' && tests.isBySheet;
}

/** The streams that are read once for each row of a list, beside the list itself. */
export function partitionedBy(list: string): string[] {
  return streams.flatMap((stream) => ('readPartition' in stream && stream.partitionedBy === list ? [stream.name] : []));
}
