import type { Reason } from '../errors.ts';
import type { Partitions } from '../source.ts';
import type { CoverageStream, ListStream, Row } from '../stream.ts';
import { type Found, listedWithoutKey } from './partition-list.ts';
import type { SelectedWalker } from './selected-stream.ts';
import type { Coverage, WalkReport } from './walk-report.ts';

const ROWS_A_PAGE = 1_000;

interface Covering<Visit> {
  readonly found: Promise<Found<Visit>>;
  readonly walking: Promise<WalkReport>;
  readonly walkers: readonly SelectedWalker<Visit>[];
  readonly labels: Partitions<unknown>['labels'];
  /** Said of every partition where there are no walkers. */
  readonly unwanted: Reason;
  /** A text without secrets. */
  masked(text: string): string;
}

/** A coverage stream as a list, which begins when the walk is over. */
export function coverageList<Visit>(stream: CoverageStream, covering: Covering<Visit>): ListStream<unknown> {
  const { found, walking, walkers, labels, unwanted, masked } = covering;
  const ledgers = walkers.map(({ ledger }) => ledger);
  return {
    ...stream,
    async *read(_client, expect) {
      const [{ listed, keyless, keylessLeftOut }, findings] = await Promise.all([found, walking]);
      expect(listed.size);
      const coverageOf = (id: string, leftOut: Reason | undefined): Coverage => {
        if (leftOut) return { status: 'not_admitted', reason: leftOut };
        return ledgers.length === 0 ? { status: 'not_read', reason: unwanted } : findings.coverageOf(id, ledgers);
      };
      const entries = [...listed];
      for (let from = 0; from < entries.length; from += ROWS_A_PAGE) {
        const some = entries.slice(from, from + ROWS_A_PAGE);
        yield some.map(([id, { columns, leftOut }]) => rowOf(columns, coverageOf(id, leftOut), masked));
      }
      const unnamed = keyless + keylessLeftOut;
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
