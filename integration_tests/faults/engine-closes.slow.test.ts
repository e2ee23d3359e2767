import { testEngineBatches } from './engine-batches.ts';
import { CLOSE_TROUBLES, OPENING_TROUBLES } from './engine-fault-codes.ts';
import { MOMENTS } from './engine-fault-table.ts';

testEngineBatches([...CLOSE_TROUBLES, ...OPENING_TROUBLES], MOMENTS);
