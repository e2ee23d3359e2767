import type { Reason } from '../errors.ts';
import type { Partitions } from '../source.ts';
import type { CoverageStream, ListStream, Row } from '../stream.ts';
import { listedWithoutKey, type PartitionList } from './partition-list.ts';
import type { SelectedWalker } from './selected-stream.ts';
import type { Coverage, WalkReport } from './walk-report.ts';

const ROWS_A_PAGE = 1_000;

interface CoverageOptions<Visit> {
  readonly list: Promise<PartitionList<Visit>>;
  readonly walking: Promise<WalkReport>;
  readonly walkers: readonly SelectedWalker<Visit>[];
  readonly labels: Partitions<unknown>['labels'];
  /** The reason for every partition where there are no walkers. */
  readonly notSelected: Reason;
  /** A text without secrets. */
  masked(text: string): string;
}

/** A coverage stream as a list, which begins when the walk is over. */
export function coverageList<Visit>(stream: CoverageStream, options: CoverageOptions<Visit>): ListStream<unknown> {
  const { list, walking, walkers, labels, notSelected, masked } = options;
  const schedules = walkers.map(({ reader }) => reader.schedule);
  return {
    ...stream,
    async *read(_client, expect) {
      const [{ covered, keyless, keylessSkipped }, report] = await Promise.all([list, walking]);
      expect(covered.size);
      const coverageOf = (id: string, skipped: Reason | undefined): Coverage => {
        if (skipped) return { status: 'not_admitted', reason: skipped };
        return schedules.length === 0 ? { status: 'not_read', reason: notSelected } : report.coverageOf(id, schedules);
      };
      const entries = [...covered];
      for (let from = 0; from < entries.length; from += ROWS_A_PAGE) {
        const some = entries.slice(from, from + ROWS_A_PAGE);
        yield some.map(([id, { columns, skipped }]) => rowOf(columns, coverageOf(id, skipped), masked));
      }
      const unnamed = keyless + keylessSkipped;
      if (unnamed > 0) throw listedWithoutKey(unnamed, labels);
    },
  };
}

function rowOf(columns: Row, { status, reason, readAtMs }: Coverage, masked: (text: string) => string): Row {
  return {
    ...columns,
    status,
    reasonCode: reason ? masked(reason.code) : null,
    message: reason ? masked(reason.message) : null,
    remedy: reason?.remedy ? masked(reason.remedy) : null,
    lastReadAt: readAtMs === undefined ? null : new Date(readAtMs).toISOString(),
  };
}
