import schema from '../../schemas/space_shares.json' with { type: 'json' };
import type { SpaceShare } from '../generated/space_shares.ts';
import { spaceStream } from './parts/space-stream.ts';

/** What of a space is shared with whom, anonymous links among it. */
export const space_shares = spaceStream<SpaceShare>({
  name: 'space_shares',
  schema,
  primaryKey: ['spaceId', 'id'],
  updatedField: 'updatedAt',
  lists: 'shares',
});
