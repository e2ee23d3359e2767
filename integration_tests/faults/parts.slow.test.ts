import { describe, expect, it, vi } from 'vitest';
import { complaintsOf } from './rest-cells.ts';
import { named } from './rest-faults.ts';
import { PARTS } from './rest-places.ts';

// Most of their time the cells wait for a pause to end.
vi.setConfig({ maxConcurrency: 10 });

describe.concurrent.each(named(PARTS))('%s', (_place, place) => {
  describe.each(named(place.faults))('%s', (_fault, fault) => {
    it.each(['once', 'always'] as const)('%s', async (often) => {
      const complaints = await complaintsOf({ place, fault, often });
      expect(complaints, complaints.join('\n')).toEqual([]);
    });
  });
});
