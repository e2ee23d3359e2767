import { beforeAll, describe, expect, it } from 'vitest';
import { recordsOf } from '../../src/cdk/testing/lines.ts';
import type { Chart } from '../../src/generated/charts.ts';
import type { Measure } from '../../src/generated/measures.ts';
import { AppReferences, type Reference } from '../../src/lineage/index.ts';
import { sync } from '../support/engine-tenant.ts';
import { hasRealApps, REAL_APPS, replayRealApps } from '../support/real-apps.ts';

const WHERE = hasRealApps ? '' : ` (skipped: there is no folder ${REAL_APPS})`;

/** Comments and strings. */
const NO_NAMES = /\/\*.*?\*\/|\/\/[^\n]*|'(?:[^']|'')*'/gs;

const IN_BRACKETS = /\[((?:[^\]]|\]\])+)\]/g;

describe.skipIf(!hasRealApps)(`expressions of real apps${WHERE}`, () => {
  const read: { readonly expression: string; readonly names: readonly Reference[] }[] = [];

  beforeAll(async () => {
    const { tenant, apps } = await replayRealApps();
    const { lines } = await sync(tenant, { streams: ['apps', 'charts', 'measures'] });
    await tenant.close();
    for (const { appId } of apps) {
      const rowsOf = <Row>(stream: string) => recordsOf(lines, stream).filter((row) => row.appId === appId) as Row[];
      const measures = rowsOf<Measure>('measures').map(({ id, title, expression }) => ({
        ...{ id: id ?? '', title: title ?? '', expression: expression ?? '' },
      }));
      const app = new AppReferences({ variables: [], dimensions: [], measures, states: [] });
      const inCharts = rowsOf<Chart>('charts').flatMap(({ measures: own, expressions }) => [
        ...(own ?? []).map((measure) => measure?.expression ?? ''),
        ...(expressions ?? []).map((one) => one?.expression ?? ''),
      ]);
      for (const expression of [...measures.map((measure) => measure.expression), ...inCharts])
        read.push({ expression, ...app.of({ expressions: [{ place: '', role: 'measure', expression }] }) });
    }
  });

  it('are more than a thousand, most of which name something', () => {
    expect(read.length).toBeGreaterThan(1_000);
    expect(read.filter(({ names }) => names.length > 0).length).toBeGreaterThan(read.length / 2);
  });

  it('name what stands in brackets, as far as that can be told at a glance', () => {
    const plain = read.filter(({ expression }) => !/[{"]|\$\(/.test(expression));
    const missed = plain.flatMap(({ expression, names }) => {
      const found = new Set(names.map(({ name }) => name));
      const told = expression.replaceAll(NO_NAMES, '').matchAll(IN_BRACKETS);
      const inBrackets = [...told].map(([, name = '']) => name.replaceAll(']]', ']'));
      // A field on the fly is an expression.
      return inBrackets.filter((name) => !name.startsWith('=') && !found.has(name));
    });
    expect(missed).toEqual([]);
    expect(plain.filter(({ expression }) => expression.includes('[')).length).toBeGreaterThan(100);
  });

  it('name their variables, and nothing that is put together but where it is', () => {
    for (const { expression, names } of read) {
      const expanded = names.filter(({ contexts }) => contexts.includes('expansion'));
      const isExpanded = expression.replaceAll(/\$\(\s*=/g, '').includes('$(');
      expect([expression, expanded.length > 0]).toEqual([expression, isExpanded]);
      for (const { kind, name } of names) if (kind === 'dynamic') expect(name).toContain('$(');
    }
  });
});
