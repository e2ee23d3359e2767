import schema from '../../schemas/space_assignments.json' with { type: 'json' };
import type { SpaceAssignment } from '../generated/space_assignments.ts';
import { spaceStream } from './parts/space-stream.ts';

/** Who has which roles in a space: users, groups and bots. The owner of a space has all of them, and no row. */
export const space_assignments = spaceStream<SpaceAssignment>({
  name: 'space_assignments',
  schema,
  primaryKey: ['spaceId', 'id'],
  updatedField: 'updatedAt',
  lists: 'assignments',
});
