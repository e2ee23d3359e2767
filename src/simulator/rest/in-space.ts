import { type Answer, notFound } from '../answer.ts';
import type { Asked } from './rest-list.ts';

/** What the lists of one space have in common. */
export function inSpace(spaceId: string) {
  return {
    ...{ prefix: 'SPACES', limit: { default: 10, max: 100 }, sorts: ['+id'], cursor: 'next' },
    ...{ total: 'meta' as const },
    where: (row: { spaceId: string }) => row.spaceId === spaceId,
  };
}

/** A 404 for a space that is not there. */
export function refuseUnknownSpace({ spaces, id }: Asked): Answer | undefined {
  return spaces.get(id) ? undefined : notFound('SPACES');
}
