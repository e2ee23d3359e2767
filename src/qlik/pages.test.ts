import { describe, expect, test } from 'vitest';
import { TenantError } from './error.ts';
import type { Http, Query, Reading } from './http.ts';
import { type List, pages } from './pages.ts';

type Answer = object | null | string | Error;

/** A tenant of which these are the answers, in this order. */
function answering(...answers: Answer[]): { http: Http; asked: { path: string; query: Query }[] } {
  const asked: { path: string; query: Query }[] = [];
  const get = async <T>({ path, query = {}, parse }: Reading<T>): Promise<T> => {
    const answer = answers[asked.length];
    asked.push({ path, query });
    if (answer === undefined) throw new Error('asked too often');
    if (answer instanceof Error) throw answer;
    return parse(answer);
  };
  return { http: { get } as unknown as Http, asked };
}

const FIRST: Query = { limit: 2, sort: '+createdAt', totalResults: true };

/** The pages that were delivered, and what ended them. */
async function listed(http: Http, more: Partial<List> = {}) {
  const delivered: unknown[][] = [];
  try {
    for await (const page of pages<unknown>(http, { path: '/api/v1/books', query: FIRST, needs: 'A card.', ...more }))
      delivered.push(page);
    return { delivered, error: undefined };
  } catch (error) {
    return { delivered, error: error as TenantError };
  }
}

const next = (cursor: string) => ({
  links: { next: { href: `https://acme.us.qlikcloud.com/api/v1/books?next=${cursor}` } },
});
const refused = () => new TenantError('system_error', 'GET /api/v1/books answered 400.', { status: 400 });

describe('the end of a list', () => {
  test.each<[end: string, last: object]>([
    ['no links', {}],
    ['null links', { links: null }],
    ['no next', { links: { self: { href: 'x' } } }],
    ['a null next', { links: { next: null } }],
    ['an empty next', { links: { next: {} } }],
    ['a null href', { links: { next: { href: null } } }],
    ['an empty href', { links: { next: { href: '' } } }],
  ])('is %s', async (_, last) => {
    const { http, asked } = answering({ data: [1, 2], ...next('c1') }, { data: [3], ...last });
    expect(await listed(http)).toEqual({ delivered: [[1, 2], [3]], error: undefined });
    expect(asked).toHaveLength(2);
  });

  test('may come with an empty page', async () => {
    expect(await listed(answering({ data: [] }).http)).toEqual({ delivered: [[]], error: undefined });
  });

  test('is not an empty page that has a next one', async () => {
    const { http } = answering({ data: [], ...next('c1') }, { data: [1] });
    expect((await listed(http)).delivered).toEqual([[], [1]]);
  });
});

describe('a list that had another path before', () => {
  const formerPath = '/api/v1/papers';
  const failure = (status: number) => new TenantError('config_error', `It answered ${status}.`, { status });

  test('is asked for there where the tenant does not know the path', async () => {
    const { http, asked } = answering(failure(404), { data: [1], ...next('c1') }, { data: [2] });
    expect(await listed(http, { formerPath })).toEqual({ delivered: [[1], [2]], error: undefined });
    expect(asked.map(({ path }) => path)).toEqual(['/api/v1/books', formerPath, formerPath]);
    expect(asked[1]?.query).toEqual(FIRST);
  });

  test.each<[what: string, answers: Answer[]]>([
    ['is known', [{ data: [1] }]],
    ['is refused', [failure(403)]],
    ['fails', [failure(500)]],
    ['is gone in the middle of the list', [{ data: [1], ...next('c1') }, failure(404)]],
  ])('is not where the path %s', async (_, answers) => {
    const { http, asked } = answering(...answers);
    const last = answers.at(-1);
    expect((await listed(http, { formerPath })).error).toBe(last instanceof Error ? last : undefined);
    expect(asked.map(({ path }) => path)).toEqual(answers.map(() => '/api/v1/books'));
  });

  test('fails where neither is known', async () => {
    const last = failure(404);
    expect(await listed(answering(failure(404), last).http, { formerPath })).toEqual({ delivered: [], error: last });
    expect((await listed(answering(last).http)).error).toBe(last);
  });
});

describe('the way to the next page', () => {
  test.each(['next', 'page', 'cursor', 'startingAfter', 'endingBefore'])('is a cursor named %s', async (name) => {
    const href = `https://acme.us.qlikcloud.com/api/v1/books?limit=100&${name}=a%2Bb%3D&sort=-x`;
    const { http, asked } = answering({ data: [1], links: { next: { href } } }, { data: [2] });
    expect((await listed(http)).delivered).toEqual([[1], [2]]);
    expect(asked[1]).toEqual({
      path: '/api/v1/books',
      query: { limit: 2, sort: '+createdAt', totalResults: undefined, [name]: 'a+b=' },
    });
  });

  test.each([
    ['another host', 'https://evil.example.com/steal?next=c1'],
    ['plain http', 'http://acme.us.qlikcloud.com/api/v1/books?next=c1'],
    ['another path', '/api/v1/readers?next=c1'],
    ['a bare query', '?next=c1'],
  ])('is asked for on the tenant where the link names %s', async (_, href) => {
    const { http, asked } = answering({ data: [1], links: { next: { href } } }, { data: [2] });
    expect((await listed(http)).error).toBeUndefined();
    expect(asked.map(({ path, query }) => [path, query.next])).toEqual([
      ['/api/v1/books', undefined],
      ['/api/v1/books', 'c1'],
    ]);
  });

  test('asks for the number of items with the first page only', async () => {
    const { http, asked } = answering({ data: [1], ...next('c1') }, { data: [2], ...next('c2') }, { data: [3] });
    await listed(http);
    expect(asked.map(({ query }) => query.totalResults)).toEqual([true, undefined, undefined]);
    expect(asked[2]?.query.next).toBe('c2');
  });

  test('is asked for only when the page before was taken', async () => {
    const { http, asked } = answering({ data: [1], ...next('c1') }, { data: [2] });
    const list = pages(http, { path: '/api/v1/books', query: FIRST, needs: '' });
    await list.next();
    expect(asked).toHaveLength(1);
    await list.next();
    expect(asked).toHaveLength(2);
  });

  test.each<[fault: string, answers: Answer[], delivered: unknown[][]]>([
    [
      'leads back to the page before',
      [
        { data: [1], ...next('c1') },
        { data: [2], ...next('c1') },
      ],
      [[1]],
    ],
    [
      'leads round in a ring',
      [
        { data: [1], ...next('c1') },
        { data: [2], ...next('c2') },
        { data: [3], ...next('c1') },
      ],
      [[1], [2]],
    ],
    ['names no cursor', [{ data: [1], links: { next: { href: '/api/v1/books?limit=2' } } }], []],
    ['is no address', [{ data: [1], links: { next: { href: 'https://[' } } }], []],
  ])('that %s is a garbled answer', async (_, answers, delivered) => {
    expect(await listed(answering(...answers).http)).toMatchObject({
      delivered,
      error: { failureType: 'transient_error', message: expect.stringContaining('/api/v1/books') },
    });
  });
});

test.each<[body: string, answer: Answer]>([
  ['null', null],
  ['a text', 'sorry'],
  ['a list', [1, 2]],
  ['an object without data', { total: 0 }],
  ['null data', { data: null }],
  ['an object for data', { data: { 0: 1 } }],
])('%s in place of a page is a garbled answer, no end of the list', async (_, answer) => {
  const { http } = answering({ data: [1], ...next('c1') }, answer);
  expect(await listed(http)).toMatchObject({ delivered: [[1]], error: { failureType: 'transient_error' } });
});

describe('the number of items to come', () => {
  test.each<[where: string, answer: object, told: number[]]>([
    ['totalResults', { totalResults: 7 }, [7]],
    ['meta.count', { meta: { count: 7 } }, [7]],
    ['totalResults before meta.count', { totalResults: 7, meta: { count: 2 } }, [7]],
    ['none', { totalResults: 0 }, [0]],
    ['nowhere', {}, []],
    ['null', { totalResults: null, meta: null }, []],
    ['nonsense', { totalResults: 'many' }, []],
    ['less than none', { totalResults: -1 }, []],
  ])('is told by %s', async (_, answer, told) => {
    const numbers: number[] = [];
    await listed(answering({ data: [], ...answer }).http, { expect: (items) => numbers.push(items) });
    expect(numbers).toEqual(told);
  });
});

describe('a cursor that the tenant refuses', () => {
  test('in mid list makes it begin once more', async () => {
    const { http, asked } = answering(
      { data: [1], ...next('c1') },
      { data: [2], ...next('c2') },
      refused(),
      { data: [1], ...next('c1') },
      { data: [2] },
    );
    expect(await listed(http)).toEqual({ delivered: [[1], [2], [1], [2]], error: undefined });
    expect(asked[3]?.query).toEqual(FIRST);
  });

  test('a second time ends the list with the refusal', async () => {
    const second = refused();
    const { http, asked } = answering({ data: [1], ...next('c1') }, refused(), { data: [1], ...next('c1') }, second, {
      data: [9],
    });
    expect(await listed(http)).toEqual({ delivered: [[1], [1]], error: second });
    expect(asked).toHaveLength(4);
  });

  test('is not what a refused first page is', async () => {
    const error = refused();
    const { http, asked } = answering(error, { data: [1] });
    expect(await listed(http)).toEqual({ delivered: [], error });
    expect(asked).toHaveLength(1);
  });

  test.each([401, 403, 404, 500])('is not what a %i is', async (status) => {
    const error = new TenantError('transient_error', 'No.', { status });
    const { http } = answering({ data: [1], ...next('c1') }, error, { data: [1] });
    expect(await listed(http)).toEqual({ delivered: [[1]], error });
  });
});

describe('an answer that admits gaps', () => {
  const gap = { errors: [{ code: 'ITEMS-17', title: 'shard down', detail: 7 }, {}] };

  test.each([
    [
      'on the last page',
      [
        { data: [1], ...next('c1') },
        { data: [2], ...gap },
      ],
    ],
    ['on an earlier page', [{ data: [1], ...next('c1'), ...gap }, { data: [2] }]],
  ])('%s fails the list after its last page', async (_, answers) => {
    expect(await listed(answering(...answers).http)).toMatchObject({
      delivered: [[1], [2]],
      error: {
        failureType: 'transient_error',
        message: expect.stringMatching(/\/api\/v1\/books.*2 errors.*ITEMS-17 shard down/),
      },
    });
  });

  test.each([null, [], {}, 'none'])('is not one whose errors are %j', async (errors) => {
    expect(await listed(answering({ data: [1], errors }).http)).toEqual({ delivered: [[1]], error: undefined });
  });

  test('before the list was begun once more is made good by the second time', async () => {
    const { http } = answering(
      { data: [1], ...next('c1'), ...gap },
      refused(),
      { data: [1], ...next('c1') },
      { data: [2] },
    );
    expect(await listed(http)).toEqual({ delivered: [[1], [1], [2]], error: undefined });
  });
});
