import { describe, expect, test } from 'vitest';
import { TenantError } from './error.ts';
import type { List } from './pages.ts';
import { SpaceVisit } from './space-visit.ts';

const NEEDS = 'Ask its owner.';

/** A space of a tenant that answers with these pages, or with this failure. */
function spaceWith(answer: readonly unknown[][] | Error, id = 'a/b') {
  const asked: string[] = [];
  async function* pages<Item>({ path }: List): AsyncGenerator<Item[]> {
    asked.push(path);
    if (answer instanceof Error) throw answer;
    yield* answer as Item[][];
  }
  return { space: new SpaceVisit(id, { pages }), asked };
}

test('has all pages of its assignments, and of its shares', async () => {
  const { space, asked } = spaceWith([[{ id: '1' }], [{ id: '2' }]]);
  expect(await space.list('assignments', NEEDS)).toEqual([{ id: '1' }, { id: '2' }]);
  expect(await space.list('shares', NEEDS)).toEqual([{ id: '1' }, { id: '2' }]);
  expect(asked).toEqual(['/api/v1/spaces/a%2Fb/assignments', '/api/v1/spaces/a%2Fb/shares']);
});

test.each(['.', '..', '\ud800'])('is out where its id can stand in no address: %j', async (id) => {
  const { space, asked } = spaceWith([], id);
  await expect(space.list('shares', NEEDS)).rejects.toMatchObject({ partitionOut: 'denied' });
  expect(asked).toEqual([]);
});

describe('a space that', () => {
  test.each([
    [403, 'denied'],
    [404, 'vanished'],
  ])('is answered with %i is out by itself: %s', async (status, partitionOut) => {
    const { space } = spaceWith(new TenantError('config_error', 'No.', { status }));
    await expect(space.list('shares', NEEDS)).rejects.toMatchObject({
      partitionOut,
      reasonCode: `HTTP-${status}`,
      message: expect.stringMatching(/shares of space a\/b .*\. Ask its owner\.$/),
    });
  });

  test.each([401, 500, undefined])('is answered with %s is not', async (status) => {
    const error = new TenantError('transient_error', 'No.', { status });
    await expect(spaceWith(error).space.list('assignments', NEEDS)).rejects.toBe(error);
  });
});
