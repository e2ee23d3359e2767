import { describe, expect, it } from 'vitest';
import { type BatchFindings, cellsOf, tryBatch } from './engine-cells.ts';
import type { EngineTrouble, Step } from './engine-fault-table.ts';
import type { EngineCell } from './engine-judge.ts';

/** Tests all cells of some troubles at some steps, each by its name, and their syncs batch by batch. */
export function testEngineBatches(troubles: readonly EngineTrouble[], steps: readonly Step[]): void {
  const batches = batchesOf(cellsOf(troubles, steps));
  const findingsOf = tryingAhead(batches);

  describe.concurrent.each(batches.entries().toArray())('batch %i', (index, batch) => {
    it('leaves the other apps whole, ends as it should, and heals', async () => {
      const { general } = await findingsOf(index);
      expect(general, general.join('\n')).toEqual([]);
    });

    it.each(batch.map((cell) => [cell.name, cell] as const))('%s', async (_name, cell) => {
      const complaints = (await findingsOf(index)).ofCell.get(cell) ?? ['never tried'];
      expect(complaints, complaints.join('\n')).toEqual([]);
    });
  });
}

const LARGEST_BATCH = 40;

/** Cells that can share a sync: what is to come of their streams is the same. */
export function batchesOf(cells: readonly EngineCell[]): EngineCell[][] {
  const alike = Map.groupBy(cells, ({ expected, often, trouble, step }) => {
    const failure = expected.kind === 'failed' ? [expected.type, step.needs.length] : [];
    // Where all is well in the end, time has to be left for it; where it is not, none is to be lost.
    return [often, expected.kind, ...failure, trouble.timeoutMs ?? 0].join();
  });
  return [...alike.values()].flatMap((same) => {
    const parts = Math.ceil(same.length / LARGEST_BATCH);
    return Array.from({ length: parts }, (_, part) => same.filter((_cell, index) => index % parts === part));
  });
}

const BATCHES_AT_A_TIME = 3;

/** Gives what came of a batch, by its index, and tries the next ones meanwhile: most of their time they wait. */
function tryingAhead(batches: readonly (readonly EngineCell[])[]): (index: number) => Promise<BatchFindings> {
  const begun = new Map<number, Promise<BatchFindings>>();
  const begin = (index: number) => {
    const findings = begun.get(index) ?? tryBatch(batches[index] ?? []);
    begun.set(index, findings);
    // Whoever asks for it hears of its failure.
    findings.catch(() => undefined);
    return findings;
  };
  return (index) => {
    for (let next = index + 1; next < Math.min(index + BATCHES_AT_A_TIME, batches.length); next += 1) void begin(next);
    return begin(index);
  };
}
