import { describe, expect, it, vi } from 'vitest';
import { messagesOfVisit, tryBatch } from './engine-cells.ts';
import { type AppExpectation, WHOLE } from './engine-fault-table.ts';
import type { EngineCell } from './engine-judge.ts';

// Most of their time the cells wait for a pause to end.
vi.setConfig({ maxConcurrency: 10 });

const OUT: AppExpectation = { kind: 'out', says: /4204.*deleted, or taken out of sight/s };
const CLOSES: readonly (readonly [code: number, expected: AppExpectation])[] = [
  [1006, WHOLE],
  [1012, WHOLE],
  [4003, WHOLE],
  [4204, OUT],
];

const messages = Array.from({ length: await messagesOfVisit() }, (_, index) => index);

function cellOf(close: number, expected: AppExpectation, after: number): EngineCell {
  const name = `message ${after + 1}`;
  const step = { name, fault: { at: 'request', after }, isOpening: after === 0, needs: [] } as const;
  const trouble = { name: `close ${close}`, wrong: { close }, at: () => ({ once: expected, always: expected }) };
  return { name, step, trouble, often: 'once', expected };
}

describe.concurrent.each(CLOSES)('a socket that closes with %i', (close, expected) => {
  it('at a message of some', () => {
    expect(messages.length).toBeGreaterThan(10);
  });

  it.each(messages)('at a visit’s message %i', async (after) => {
    const cell = cellOf(close, expected, after);
    const { general, ofCell } = await tryBatch([cell]);
    const complaints = [...general, ...(ofCell.get(cell) ?? ['never tried'])];
    expect(complaints, complaints.join('\n')).toEqual([]);
  });
});
