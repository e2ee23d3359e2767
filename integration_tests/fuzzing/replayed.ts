import type { Source } from '../../src/cdk/source.ts';
import { isListStream, isLogStream, isPartitionStream, type Row, type Stream } from '../../src/cdk/stream.ts';
import type { Config } from '../../src/generated/spec.ts';
import type { SpaceVisit } from '../../src/qlik/space-visit.ts';
import type { Tenant } from '../../src/qlik/tenant.ts';
import type { Visit } from '../../src/qlik/visit.ts';
import { openTenant, qlikSenseCloud } from '../../src/source.ts';
import { streams } from '../../src/streams/index.ts';
import type { Message } from '../support/messages.ts';
import { isBySheet } from '../support/stream-tests.ts';

/** The rows of every stream, as a read has delivered them. */
export type Recorded = { readonly [stream: string]: readonly Row[] };

export function recordedBy(messages: readonly Message[]): Recorded {
  return Object.fromEntries(
    streams.map(({ name }) => {
      const records = messages.flatMap(({ record }) => (record?.stream === name ? [record.data] : []));
      return [name, records.map(({ _ab_cdc_updated_at, _ab_cdc_deleted_at, ...row }) => row)];
    }),
  );
}

/**
 * Qlik Sense Cloud as a source that asks nobody: it has these rows and nothing else. The settings are taken as they always are,
 * up to the point where the tenant would be asked.
 */
export function replaying(recorded: Recorded): Source<Tenant, Config> {
  const replayed = streams.map((stream) => replayedStream(stream, recorded));
  const instead = <Replayed>(name: string) => replayed.find((stream) => stream.name === name) as Replayed;
  const partitions = qlikSenseCloud.partitions?.map((one) => ({
    ...one,
    list: instead<typeof one.list>(one.list.name),
    onEnd: () => {},
  }));
  return {
    ...qlikSenseCloud,
    streams: replayed,
    ...(partitions && { partitions }),
    identity: async () => 'the-tenant',
    check: async (config, context) => {
      await using tenant = await openTenant(config, context, {});
      return { status: 'SUCCEEDED', message: `Settings for ${tenant.origin}.` };
    },
  };
}

function replayedStream(stream: Stream<Tenant>, recorded: Recorded): Stream<Tenant> {
  const rows = recorded[stream.name] ?? [];
  if (isListStream(stream)) {
    return {
      ...stream,
      async *read() {
        yield rows;
      },
    };
  }
  if (isLogStream(stream)) {
    return {
      ...stream,
      async *readEntries(_, app) {
        yield rows.filter(({ appId }) => app === undefined || appId === app);
      },
      readEntry: async (_, key) => rows.find(({ id }) => id === key),
    };
  }
  // What came of each app is found out by the sync itself.
  if (!isPartitionStream(stream)) return stream;
  return {
    ...stream,
    async readPartition(visit) {
      if (stream.partitionedBy === 'spaces') return { sections: eachOf(rows, 'spaceId', (visit as SpaceVisit).id) };
      const { id: app } = (visit as Visit).app;
      if (!isBySheet(stream.name)) return { sections: eachOf(rows, 'appId', app) };
      const own = rows.filter(({ appId }) => appId === app);
      const bySheet = Map.groupBy(own, ({ sheetId }) => String(sheetId));
      const sheets = (recorded.sheets ?? []).filter(({ appId }) => appId === app);
      const sections = sheets.map(({ id, modifiedDate }) => {
        const page = bySheet.get(String(id)) ?? [];
        return { id: String(id), version: modifiedDate, expectedRows: page.length, read: async () => page };
      });
      return { sections, shared: Promise.resolve('library') };
    },
  };
}

/** The rows of a partition, each a section of its own. */
function eachOf(rows: readonly Row[], field: string, partition: string) {
  const own = rows.filter((row) => row[field] === partition);
  return own.map((row) => ({ id: String(row.id ?? row.name), expectedRows: 1, read: async () => [row] }));
}
