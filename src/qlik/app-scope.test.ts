import { expect, test } from 'vitest';
import { type AppScope, admission } from './app-scope.ts';

const SPACES = [
  { id: 's-sales', name: 'Sales (EMEA)' },
  { id: 's-sales-us', name: 'Sales (US)' },
  { id: 's-hr', name: 'Größen & Köpfe' },
  { id: 's-dot', name: 'a.b' },
  { id: 's-twin-1', name: 'Twin' },
  { id: 's-twin-2', name: 'Twin' },
  { id: null, name: null },
];
const IDS = ['s-sales', 's-sales-us', 's-hr', 's-dot', 's-twin-1', 's-twin-2'];

/** The spaces that a scope admits, whether it admits personal apps, and what it warns of. */
async function admitted(scope: Partial<AppScope>) {
  const warnings: string[] = [];
  let listings = 0;
  const spaces = async () => {
    listings += 1;
    return SPACES;
  };
  const whole = { includeSpaces: [], excludeSpaces: [], includePersonalApps: true, ...scope };
  const keptOutBy = await admission(whole, spaces, (message) => warnings.push(message));
  const admits = (spaceId: string | null | undefined) => keptOutBy(spaceId) === undefined;
  const personal = [undefined, null, ''].map(admits);
  expect(new Set(personal).size).toBe(1);
  return { spaces: IDS.filter(admits), personal: personal[0], warnings, listings };
}

test.each<[what: string, scope: Partial<AppScope>, ids: string[]]>([
  ['all, unless told otherwise', {}, IDS],
  ['those of a name', { includeSpaces: ['Sales (EMEA)'] }, ['s-sales']],
  ['those of an id', { includeSpaces: ['s-hr'] }, ['s-hr']],
  [
    'names in upper or lower case',
    { includeSpaces: ['sALES (us)', 'GRÖSSEN & KÖPFE', 'größen & KÖPFE'] },
    ['s-sales-us', 's-hr'],
  ],
  ['blanks around a name mean nothing', { includeSpaces: ['  a.b '] }, ['s-dot']],
  ['a wildcard at the end', { includeSpaces: ['Sales*'] }, ['s-sales', 's-sales-us']],
  ['a wildcard in front', { includeSpaces: ['*(US)'] }, ['s-sales-us']],
  ['wildcards everywhere', { includeSpaces: ['*a*(*'] }, ['s-sales', 's-sales-us']],
  ['a wildcard in an id', { includeSpaces: ['s-twin-*'] }, ['s-twin-1', 's-twin-2']],
  ['two spaces of one name', { includeSpaces: ['twin'] }, ['s-twin-1', 's-twin-2']],
  ['a wildcard alone', { includeSpaces: ['*'] }, IDS],
  ['no other character is special', { includeSpaces: ['a.b', 'a?b'] }, ['s-dot']],
  ['all but some', { excludeSpaces: ['Sales*'] }, ['s-hr', 's-dot', 's-twin-1', 's-twin-2']],
  [
    'who is excluded is out, though included',
    { includeSpaces: ['Sales*'], excludeSpaces: ['s-sales'] },
    ['s-sales-us'],
  ],
  ['none', { excludeSpaces: ['*'] }, []],
])('%s', async (_, scope, ids) => {
  expect((await admitted(scope)).spaces).toEqual(ids);
});

test('a dot stands for itself', async () => {
  const { spaces, warnings } = await admitted({ includeSpaces: ['Sales*', 'T.in', '(S)ales'] });
  expect(spaces).toEqual(['s-sales', 's-sales-us']);
  expect(warnings).toEqual([
    expect.stringMatching(/: "T\.in" \(the nearest is "Twin"\), "\(S\)ales" \(the nearest is .*\)\.$/),
  ]);
});

test.each<[scope: Partial<AppScope>, personal: boolean]>([
  [{}, true],
  [{ includePersonalApps: false }, false],
  [{ includeSpaces: ['twin'] }, true],
  [{ includeSpaces: ['twin'], includePersonalApps: false }, false],
  [{ excludeSpaces: ['*'] }, true],
])('personal apps go by their own setting: %j', async (scope, personal) => {
  expect((await admitted(scope)).personal).toBe(personal);
});

test('spaces are listed only where some are named, and once', async () => {
  expect((await admitted({ includePersonalApps: false })).listings).toBe(0);
  expect((await admitted({ includeSpaces: ['twin'], excludeSpaces: ['s-hr'] })).listings).toBe(1);
});

test('a space that is named by id and not listed, since the caller may not see it, is admitted', async () => {
  const warnings: string[] = [];
  const scope = { includeSpaces: ['twin', 's-secret'], excludeSpaces: [], includePersonalApps: true };
  const keptOutBy = await admission(
    scope,
    async () => SPACES,
    (message) => warnings.push(message),
  );
  expect(keptOutBy('s-secret')).toBeUndefined();
  expect(warnings).toEqual([expect.stringContaining('s-secret')]);
});

test('what fits no space is named in one warning', async () => {
  const { warnings, spaces } = await admitted({
    includeSpaces: ['twin', 'Atlantis'],
    excludeSpaces: ['El Do*', 's-hr'],
  });
  expect(spaces).toEqual(['s-twin-1', 's-twin-2']);
  expect(warnings).toEqual([expect.stringMatching(/"Atlantis" \(.*"El Do\*" \(/)]);
  expect(warnings[0]).not.toMatch(/twin|s-hr/);
});

test('a wildcard alone fits, though there is no space', async () => {
  const warnings: string[] = [];
  const scope = { includeSpaces: ['*'], excludeSpaces: [], includePersonalApps: true };
  const keptOutBy = await admission(
    scope,
    async () => [],
    (message) => warnings.push(message),
  );
  expect(keptOutBy('s-1')).toBeUndefined();
  expect(warnings).toEqual([]);
});

test.each([
  [['Atlantis', 'El Do*'], []],
  [['Atlantis', 'El Do*'], ['twin']],
])('what would leave nothing to read is refused: %j', async (includeSpaces, excludeSpaces) => {
  await expect(admitted({ includeSpaces, excludeSpaces })).rejects.toMatchObject({
    failureType: 'config_error',
    message: expect.stringMatching(/"Atlantis", "El Do\*"/),
  });
});

test('unknown names to exclude are no reason to refuse', async () => {
  const { spaces, warnings } = await admitted({ excludeSpaces: ['Atlantis'] });
  expect(spaces).toEqual(IDS);
  expect(warnings).toHaveLength(1);
});

test.each<[pattern: string, nearest: string]>([
  ['Twins', 'Twin'],
  ['sales (emae)', 'Sales (EMEA)'],
  ['Sales (E*A}', 'Sales (EMEA)'],
  ['Köpfe', 'Größen & Köpfe'],
  ['s-tiwn-2', 's-twin-2'],
])('%s is told with the nearest that there is, %s', async (pattern, nearest) => {
  const { warnings } = await admitted({ excludeSpaces: [pattern, pattern] });
  expect(warnings).toEqual([expect.stringMatching(/^No space .*:/)]);
  expect(warnings[0]?.split(': ')[1]).toBe(`"${pattern}" (the nearest is "${nearest}").`);
});

async function refusal(includeSpaces: string[], names: readonly string[]): Promise<string> {
  const scope = { includeSpaces, excludeSpaces: [], includePersonalApps: true };
  const spaces = names.map((name, index) => ({ id: `5f0c${index}`, name }));
  const refused = admission(
    scope,
    async () => spaces,
    () => {},
  );
  return refused.then(
    () => '',
    (error: Error) => error.message,
  );
}

test('where none is left, up to ten that exist are named, the nearest first', async () => {
  const names = Array.from({ length: 25 }, (_, index) => `Team ${String.fromCharCode(97 + index).repeat(index + 1)}`);
  const message = await refusal(['Finanse', 'Salse'], [...names, 'Finance', 'Sale']);
  expect(message).toMatch(/"Finanse", "Salse"\..* The nearest that exist: "Finance", "Sale", ("[^"]+", ){7}"[^"]+"\.$/);
  expect(await refusal(['Salse'], ['Sale'])).toMatch(/The nearest that exist: "Sale"\.$/);
  expect(await refusal(['Salse'], [])).toMatch(/see no space/);
});

test('names that are very long are told by their beginnings', async () => {
  const message = await refusal(['Salse'], [`Sales ${'and more '.repeat(1_000)}`]);
  expect(message.length).toBeLessThan(1_000);
});
