import type { StreamFacts } from '../../cdk/index.ts';
import type { StreamName } from '../../generated/stream-name.ts';

/** A stream as its file declares it; the schema comes as the JSON file holds it. */
export interface Declared extends Omit<StreamFacts, 'schema'> {
  readonly name: StreamName;
  readonly schema: object;
}
