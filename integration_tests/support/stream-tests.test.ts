import { expect, it } from 'vitest';
import { isListStream, isLogStream, isPartitionStream } from '../../src/cdk/stream.ts';
import { streams } from '../../src/streams/index.ts';
import { testsOf } from './stream-tests.ts';

/** How a stream is read, as its own file declares it. */
function kindsThatFit(stream: (typeof streams)[number]): string[] {
  if (isListStream(stream)) return ['list'];
  if (isLogStream(stream)) return ['log'];
  if (!isPartitionStream(stream)) return ['coverage'];
  if (stream.partitionedBy === 'spaces') return ['space'];
  return [stream.hasOwnPermission ? 'data model' : 'engine'];
}

it.each(streams.map((stream) => [stream.name, stream] as const))('%s is tested as what it is', (name, stream) => {
  expect(kindsThatFit(stream)).toContain(testsOf(name).kind);
});
