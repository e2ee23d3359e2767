import { testEngineBatches } from './engine-batches.ts';
import { ANSWER_TROUBLES } from './engine-fault-shapes.ts';
import { MOMENTS } from './engine-fault-table.ts';

testEngineBatches(ANSWER_TROUBLES, MOMENTS);
