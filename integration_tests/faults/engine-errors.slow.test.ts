import { testEngineBatches } from './engine-batches.ts';
import { ERROR_TROUBLES } from './engine-fault-codes.ts';
import { REQUESTS } from './engine-fault-table.ts';

testEngineBatches(ERROR_TROUBLES, REQUESTS);
