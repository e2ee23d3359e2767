import { describe, expect, it, vi } from 'vitest';
import { complaintsOf } from './rest-cells.ts';
import { faultsOfPart, named } from './rest-faults.ts';
import { PARTS } from './rest-places.ts';

// Most of their time the cells wait for a pause to end.
vi.setConfig({ maxConcurrency: 10 });

describe.concurrent.each(named(PARTS))('%s', (where, place) => {
  describe.each(named(faultsOfPart(where.startsWith('/spaces'))))('%s', (_fault, fault) => {
    it.each(['once', 'always'] as const)('%s', async (often) => {
      const complaints = await complaintsOf({ place, fault, often });
      expect(complaints, complaints.join('\n')).toEqual([]);
    });
  });
});
